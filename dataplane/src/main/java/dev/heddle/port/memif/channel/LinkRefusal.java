package dev.heddle.port.memif.channel;

import dev.heddle.observe.CountedEvent;

/** Why a peer was turned away, or a connected one cut off by the control channel. */
public enum LinkRefusal implements CountedEvent {
  MESSAGE_SIZE("memif-message-size", "a message had not 128 bytes"),
  MESSAGE_TYPE("memif-message-type", "a message was of a type that memif 2.0 does not know"),
  MESSAGE_ORDER("memif-message-order", "a message came where the protocol has no place for it"),
  NOT_READING("memif-not-reading", "the peer sends but does not read our answers"),
  VERSION("memif-version", "the peer does not speak memif 2.0"),
  UNKNOWN_ID("memif-unknown-id", "no interface on this socket has the id asked for"),
  ALREADY_CONNECTED("memif-already-connected", "the interface asked for has its peer already"),
  MODE("memif-mode", "one side has Ethernet mode and the other IP mode"),
  SECRET("memif-secret", "the secret is missing or wrong"),
  DESCRIPTOR_MISSING(
      "memif-descriptor-missing", "a region or ring came without its file descriptor"),
  DESCRIPTOR_EXTRA(
      "memif-descriptor-extra", "a message carried more file descriptors than it may; all closed"),
  REGION_INDEX("memif-region-index", "regions are not numbered 0, 1, 2 and so on, or too many"),
  REGION_SIZE("memif-region-size", "the regions are empty or larger than the interface may have"),
  REGION_SHORT("memif-region-short", "a region's file is smaller than declared"),
  REGION_UNSEALED(
      "memif-region-unsealed", "a region's file has no F_SEAL_SHRINK seal, so it could shrink"),
  REGION_HUGETLB("memif-region-hugetlb", "a region is of huge pages and they are not allowed"),
  REGION_UNMAPPABLE("memif-region-unmappable", "a region's file cannot be mapped as memory"),
  RING_INDEX("memif-ring-index", "a ring's index is beyond the interface's queues, or came twice"),
  RING_SIZE("memif-ring-size", "a ring has more descriptors than the interface may have, or one"),
  RING_PLACE("memif-ring-place", "a ring is misaligned or lies outside its region"),
  RING_PRIVATE_HEADER(
      "memif-ring-private-header", "a ring asks for private packet headers, which nobody defined"),
  RING_INTERRUPT("memif-ring-interrupt", "a ring's interrupt is not an eventfd"),
  RING_MISSING("memif-ring-missing", "a direction has no ring, or a gap among its rings"),
  RING_COOKIE("memif-ring-cookie", "there is no ring where the peer said"),
  HANDSHAKE_TIMEOUT("memif-handshake-timeout", "the peer did not finish the handshake in time"),
  TOO_MANY_HANDSHAKES(
      "memif-too-many-handshakes", "too many unfinished handshakes on the socket at once"),
  CONNECT_STORM(
      "memif-connect-storm", "peers connect too often; further ones wait until the rate has sunk");

  private final String label;
  private final String description;

  LinkRefusal(String label, String description) {
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
