package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Offload;
import dev.heddle.wire.Checksum;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Udp;

/** Completes a transport checksum that a pod left partial, where the packet is, in place. */
public final class ChecksumCompletion {
  /** A UDP checksum of zero means that there is none, so zero is sent as this (RFC 768). */
  static final int UDP_ZERO = 0xffff;

  private ChecksumCompletion() {}

  /**
   * Adds the sum of the transport's bytes to the pseudo-header's, which the field has.
   *
   * @param frame of the Ethernet header, private memory
   * @param offload what {@link OffloadChecks} made of it; not large
   */
  public static void complete(long frame, long offload) {
    int start = Offload.checksumStart(offload);
    int end = Ethernet.HEADER_BYTES + SlowTransit.totalBytes(frame);
    int checksum = Checksum.finish(Checksum.sum(frame + start, end - start));
    put(frame + start, Offload.checksumOffset(offload), checksum);
  }

  /** Writes a checksum at its offset in a transport header. */
  static void put(long transport, int offset, int checksum) {
    boolean zero = checksum == 0 && offset == Udp.CHECKSUM;
    Memory.putShortBe(transport + offset, zero ? UDP_ZERO : checksum);
  }
}
