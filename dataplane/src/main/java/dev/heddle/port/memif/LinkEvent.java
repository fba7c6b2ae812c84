package dev.heddle.port.memif;

import dev.heddle.observe.CountedEvent;

/** What happens to an interface without anybody's fault. */
public enum LinkEvent implements CountedEvent {
  CONNECTS("memif-connects", "times that a peer completed the handshake"),
  DISCONNECTS("memif-disconnects", "times that a connected peer left or was cut off");

  private final String label;
  private final String description;

  LinkEvent(String label, String description) {
    this.label = label;
    this.description = description;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public boolean fault() {
    return false;
  }
}
