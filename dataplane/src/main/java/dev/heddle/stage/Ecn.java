package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.wire.Checksum;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;

/**
 * Explicit congestion notification (RFC 3168 5) across a tunnel, in its normal mode (RFC 6040 4).
 */
public final class Ecn {
  static final int NOT_ECT = 0;
  static final int ECT_1 = 1;
  static final int CE = 3;

  private static final int MASK = 3;

  private Ecn() {}

  /** The two bits of an Ethernet frame's IP packet. Nothing before the IP header is read. */
  static int of(long frame) {
    int firstTwo = Memory.getShort(frame + Ethernet.HEADER_BYTES);
    boolean version6 = (firstTwo & 0xf0) == 0x60;
    return firstTwo >>> (version6 ? 12 : 8) & MASK;
  }

  /** Whether a packet that does not know congestion marks came in one that has such a mark. */
  static boolean isLost(int outer, int inner) {
    return outer == CE && inner == NOT_ECT;
  }

  /** What the inner packet must have when it leaves the tunnel. */
  static int forwarded(int outer, int inner) {
    boolean marked = outer == CE && inner != NOT_ECT;
    boolean lessTrusted = outer == ECT_1 && inner != NOT_ECT && inner != CE;
    return marked || lessTrusted ? outer : inner;
  }

  /** Writes the two bits of a packet in private memory. */
  static void put(long frame, int ecn) {
    long ip = frame + Ethernet.HEADER_BYTES;
    int before = Memory.getShortBe(ip);
    if (Ipv6.version(ip) == Ipv6.VERSION) {
      Memory.putShortBe(ip, before & ~(MASK << 4) | ecn << 4);
    } else {
      int after = before & ~MASK | ecn;
      Memory.putShortBe(ip, after);
      Ipv4.putChecksum(ip, Checksum.update(Ipv4.checksum(ip), before, after));
    }
  }
}
