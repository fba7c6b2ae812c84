package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.MemifLink;

/** A connected memif peer without a peer: rings in memory of this process. */
public final class LocalLink implements MemifLink {
  private static final int NO_EVENT_FD = -1;

  private final int interfaceIndex;
  private final SharedRings rings;

  public LocalLink(int interfaceIndex, SharedRings rings) {
    this.interfaceIndex = interfaceIndex;
    this.rings = rings;
  }

  @Override
  public int interfaceIndex() {
    return interfaceIndex;
  }

  @Override
  public boolean server() {
    return true;
  }

  @Override
  public boolean ipMode() {
    return false;
  }

  @Override
  public long[] regionAddresses() {
    return new long[] {rings.address()};
  }

  @Override
  public long[] regionBytes() {
    return new long[] {rings.bytes()};
  }

  @Override
  public Ring[] receiveRings() {
    return new Ring[] {ring(rings.transmitRing())};
  }

  @Override
  public Ring[] transmitRings() {
    return new Ring[] {ring(rings.receiveRing())};
  }

  @Override
  public void fail(LinkFault fault) {
    throw new IllegalStateException(fault.description());
  }

  private Ring ring(long address) {
    return new Ring(address, rings.shape().log2Size(), NO_EVENT_FD, 0, 0, 0, 0);
  }
}
