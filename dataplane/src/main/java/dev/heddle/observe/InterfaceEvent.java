package dev.heddle.observe;

import dev.heddle.api.stats.Column;
import java.util.Arrays;
import java.util.List;

/**
 * What the control side saw happen to an interface: connections, and what a peer was refused or cut
 * off for.
 */
public enum InterfaceEvent {
  CONNECTS("memif-connects", "times that a peer completed the handshake", Column.Kind.EVENT),
  DISCONNECTS(
      "memif-disconnects", "times that a connected peer went or was cut off", Column.Kind.EVENT),
  INDEX_JUMP(
      "memif-index-jump",
      "cut off: the peer moved a ring index by more than the ring's size",
      Column.Kind.FAULT),
  MEMORY_FAULT(
      "memif-memory-fault",
      "cut off: the peer took memory away that it had shared",
      Column.Kind.FAULT);

  private final String label;
  private final String description;
  private final Column.Kind kind;

  InterfaceEvent(String label, String description, Column.Kind kind) {
    this.label = label;
    this.description = description;
    this.kind = kind;
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
        .map(e -> new Column(e.label, e.description, e.kind, Column.Side.NONE))
        .toList();
  }
}
