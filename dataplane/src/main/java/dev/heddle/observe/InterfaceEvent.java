package dev.heddle.observe;

import dev.heddle.api.stats.Column;
import java.util.Arrays;
import java.util.List;

/**
 * What the control side saw happen to an interface: connections, and what a peer was refused or cut
 * off for.
 */
public enum InterfaceEvent {
  CONNECTS("memif-connects", "times that a peer completed the handshake"),
  DISCONNECTS("memif-disconnects", "times that a connected peer went or was cut off"),
  INDEX_JUMP(
      "memif-index-jump", "cut off: the peer moved a ring index by more than the ring's size"),
  MEMORY_FAULT("memif-memory-fault", "cut off: the peer took memory away that it had shared");

  private final String label;
  private final String description;

  InterfaceEvent(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /** The name that the CLI and the documentation use. */
  public String label() {
    return label;
  }

  /** One sentence for an operator. */
  public String description() {
    return description;
  }

  /** All columns of an event row in their order. */
  public static List<Column> columns() {
    return Arrays.stream(values())
        .map(e -> new Column(e.label, e.description, Column.Kind.EVENT, Column.Side.NONE))
        .toList();
  }
}
