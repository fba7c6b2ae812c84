package dev.heddle.observe;

import dev.heddle.ffi.pcap.PacketFilter;

/**
 * Which packets a capture is about.
 *
 * @param interfaceIndex of the interface whose packets they are
 * @param in whether it takes all packets that come in
 * @param out whether it takes all packets that are to go out
 * @param skippedBytes bytes of the Ethernet header where the interface has none; else 0
 * @param snapBytes how much of a packet is kept
 * @param filter chooses among them; null: all
 */
public record CaptureScope(
    int interfaceIndex,
    boolean in,
    boolean out,
    int skippedBytes,
    int snapBytes,
    PacketFilter filter) {
  /** Whether it takes the packets that are dropped and no others. */
  boolean dropsOnly() {
    return !in && !out;
  }
}
