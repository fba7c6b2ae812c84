package dev.heddle.observe;

import dev.heddle.ffi.pcap.PacketFilter;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which packets a trace is about.
 *
 * @param interfaceIndex of the interface they come in on; {@link #ANY}: any
 * @param filter chooses among frames with an Ethernet header; null: all
 * @param rawFilter chooses among packets without; null: all
 * @param left how many more packets to trace, by all workers together
 * @param asksPolicy whether to tell what policy says of them
 */
public record TraceScope(
    int interfaceIndex,
    PacketFilter filter,
    PacketFilter rawFilter,
    AtomicInteger left,
    boolean asksPolicy) {
  /** For {@link #interfaceIndex}. */
  public static final int ANY = -1;
}
