package dev.heddle.port.memif;

/** Why a connected peer is cut off by a worker. */
public enum LinkFault {
  INDEX_JUMP("memif-index-jump", "the peer moved a ring index by more than the ring's size"),
  MEMORY_FAULT("memif-memory-fault", "the peer took memory away that it had shared");

  private final String label;
  private final String description;

  LinkFault(String label, String description) {
    this.label = label;
    this.description = description;
  }

  public String label() {
    return label;
  }

  public String description() {
    return description;
  }
}
