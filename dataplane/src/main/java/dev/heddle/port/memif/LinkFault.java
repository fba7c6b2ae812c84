package dev.heddle.port.memif;

import dev.heddle.observe.CountedEvent;

/** Why a connected peer is cut off by a worker. */
public enum LinkFault implements CountedEvent {
  INDEX_JUMP("memif-index-jump", "the peer moved a ring index by more than the ring's size"),
  MEMORY_FAULT("memif-memory-fault", "the peer took memory away that it had shared");

  private final String label;
  private final String description;

  LinkFault(String label, String description) {
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
}
