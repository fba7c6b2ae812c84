package dev.heddle.port.memif;

import java.util.ArrayList;
import java.util.List;

/**
 * A link over one region of this process's own memory, with one ring each way, of which a test
 * plays the peer by writing to the rings. As client, the buffers of both rings begin at an offset
 * of their own.
 */
final class PlainLink implements MemifLink {
  static final int BUFFER_BYTES = 256;

  private final boolean server;
  private final boolean ipMode;
  private final long address;
  private final long bytes;
  private final int log2Size;
  private final long buffersOffset;
  private final int receiveRing;
  final List<LinkFault> faults = new ArrayList<>();

  /**
   * @param buffersOffset where our buffers begin as a client: those to receive, then those to send
   */
  PlainLink(boolean server, long address, long bytes, int log2Size, long buffersOffset) {
    this(server, false, address, bytes, log2Size, buffersOffset, 0);
  }

  private PlainLink(
      boolean server,
      boolean ipMode,
      long address,
      long bytes,
      int log2Size,
      long buffersOffset,
      int receiveRing) {
    this.receiveRing = receiveRing;
    this.server = server;
    this.ipMode = ipMode;
    this.address = address;
    this.bytes = bytes;
    this.log2Size = log2Size;
    this.buffersOffset = buffersOffset;
  }

  /** The same link as its other side has it. */
  PlainLink otherSide() {
    return new PlainLink(!server, ipMode, address, bytes, log2Size, buffersOffset, 1 - receiveRing);
  }

  /** The same link for packets without Ethernet headers. */
  PlainLink inIpMode() {
    return new PlainLink(server, true, address, bytes, log2Size, buffersOffset, receiveRing);
  }

  /** Where buffers can be from on: behind both rings. */
  static long firstFreeOffset(int log2Size) {
    return 2 * RingLayout.bytes(log2Size);
  }

  private Ring ring(int number) {
    long offset = buffersOffset + number * ((long) BUFFER_BYTES << log2Size);
    return new Ring(
        address + number * RingLayout.bytes(log2Size),
        log2Size,
        -1,
        server ? 0 : address + offset,
        0,
        server ? 0 : offset,
        server ? 0 : BUFFER_BYTES);
  }

  @Override
  public int interfaceIndex() {
    return 0;
  }

  @Override
  public boolean server() {
    return server;
  }

  @Override
  public boolean ipMode() {
    return ipMode;
  }

  @Override
  public long[] regionAddresses() {
    return new long[] {address};
  }

  @Override
  public long[] regionBytes() {
    return new long[] {bytes};
  }

  @Override
  public Ring[] receiveRings() {
    return new Ring[] {ring(receiveRing)};
  }

  @Override
  public Ring[] transmitRings() {
    return new Ring[] {ring(1 - receiveRing)};
  }

  @Override
  public void fail(LinkFault fault) {
    faults.add(fault);
  }
}
