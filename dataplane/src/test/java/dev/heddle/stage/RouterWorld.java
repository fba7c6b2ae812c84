package dev.heddle.stage;

import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;

/** The network and the endpoint of the golden cases, as the generating script names them. */
final class RouterWorld {
  static final int MTU_BYTES = 1500;

  /** 02:48:45:44:44:4c, first byte lowest. */
  static final long ROUTER_MAC = 0x4c44_4445_4802L;

  /** 02:00:00:00:00:0a, first byte lowest. */
  static final long POD_MAC = 0x0a00_0000_0002L;

  private static final long RANGE6 = 0xfd00_0056_0000_0000L;

  /** 172.19.0.0/16 with gateway .0.1, fd00:56::/64 with gateway ::1. */
  static final Vrf VRF =
      new Vrf(0, 56, 0, 0, 0xac13_0000, 0xffff_0000, RANGE6, 0, 64, 0xac13_0001, RANGE6, 1);

  private RouterWorld() {}

  /** The same endpoint without IPv6 addresses. */
  static Attachment podWithout6() {
    Attachment pod = pod(false);
    return new Attachment(
        0,
        0,
        ROUTER_MAC,
        POD_MAC,
        pod.address4(),
        0,
        0,
        pod.otherSources4(),
        new long[0],
        MTU_BYTES,
        0,
        0,
        false);
  }

  /** The same endpoint without IPv4 addresses. */
  static Attachment podWithout4() {
    Attachment pod = pod(false);
    return new Attachment(
        0,
        0,
        ROUTER_MAC,
        POD_MAC,
        0,
        pod.address6High(),
        pod.address6Low(),
        new int[0],
        pod.otherSources6(),
        MTU_BYTES,
        0,
        0,
        false);
  }

  /** 172.19.1.10 and .11, prefix 10.99.0.0/24; fd00:56::a and ::b, prefix fd00:99::/48. */
  static Attachment pod(boolean ipMode) {
    return new Attachment(
        0,
        0,
        ROUTER_MAC,
        POD_MAC,
        Integer.reverseBytes(0xac13_010a),
        Long.reverseBytes(RANGE6),
        Long.reverseBytes(0xa),
        new int[] {0xac13_010b, -1, 0x0a63_0000, 0xffff_ff00},
        new long[] {RANGE6, 0xb, 128, 0xfd00_0099_0000_0000L, 0, 48},
        MTU_BYTES,
        0,
        0,
        ipMode);
  }
}
