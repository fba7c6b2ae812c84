package dev.heddle.port.memif.channel;

/** What a packet begins with. */
public enum MemifMode {
  /** An Ethernet header. */
  ETHERNET(0),
  /** An IPv4 or IPv6 header. */
  IP(1);

  private final int wireValue;

  MemifMode(int wireValue) {
    this.wireValue = wireValue;
  }

  int wireValue() {
    return wireValue;
  }
}
