package dev.heddle.stage;

import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ipv6;

/**
 * Whose address is it: the endpoint's own, the network's, the router's. Addresses are in host byte
 * order.
 */
final class EndpointAddresses {
  private static final long LINK_LOCAL_HIGH = 0xfe80L << 48;
  private static final long EUI64_MIDDLE = 0xff_fe00_0000L;
  private static final long EUI64_UNIVERSAL_BIT = 0x02L << 56;

  private EndpointAddresses() {}

  /** Whether the endpoint may send from this IPv4 address. */
  static boolean isSource4(Attachment in, int address) {
    if (Integer.reverseBytes(in.address4()) == address) {
      return address != 0;
    }
    int[] others = in.otherSources4();
    for (int i = 0; i < others.length; i += 2) {
      if (((address ^ others[i]) & others[i + 1]) == 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether the endpoint may send from this IPv6 address. */
  static boolean isSource6(Attachment in, long high, long low) {
    if (isFirst6(in, high, low)) {
      return true;
    }
    long[] others = in.otherSources6();
    for (int i = 0; i < others.length; i += 3) {
      if (isIn6(high, low, others[i], others[i + 1], (int) others[i + 2])) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the endpoint itself has this IPv4 address: its first one or a single further one. A
   * prefix that it may also send from (a pod that routes) is not its own in this sense.
   */
  static boolean isOwn4(Attachment in, int address) {
    if (Integer.reverseBytes(in.address4()) == address) {
      return true;
    }
    int[] others = in.otherSources4();
    for (int i = 0; i < others.length; i += 2) {
      if (others[i] == address && others[i + 1] == -1) {
        return true;
      }
    }
    return false;
  }

  /** As {@link #isOwn4}, for IPv6. */
  static boolean isOwn6(Attachment in, long high, long low) {
    if (isFirst6(in, high, low)) {
      return true;
    }
    long[] others = in.otherSources6();
    for (int i = 0; i < others.length; i += 3) {
      if (others[i] == high && others[i + 1] == low && others[i + 2] == 128) {
        return true;
      }
    }
    return false;
  }

  /** Whether the address lies in the network's IPv4 range. */
  static boolean isInRange4(Vrf vrf, int address) {
    return (address & vrf.range4Mask()) == vrf.range4() && !isRange4Absent(vrf);
  }

  /** Whether the address is the last one of the network's range, which means all of it. */
  static boolean isRangeBroadcast4(Vrf vrf, int address) {
    // Ranges of 31 and 32 bits have no broadcast address (RFC 3021).
    return ~vrf.range4Mask() > 1 && address == (vrf.range4() | ~vrf.range4Mask());
  }

  /** Whether the address lies in the network's IPv6 range. */
  static boolean isInRange6(Vrf vrf, long high, long low) {
    return vrf.range6Length() >= 0
        && isIn6(high, low, vrf.range6High(), vrf.range6Low(), vrf.range6Length());
  }

  /** Whether the address is the router's own: the gateway's or its link-local one. */
  static boolean isRouter6(Attachment in, Vrf vrf, long high, long low) {
    return hasGateway6(vrf) && high == vrf.gateway6High() && low == vrf.gateway6Low()
        || high == LINK_LOCAL_HIGH && low == routerInterfaceId(in);
  }

  /** Makes the router's link-local address the source of a packet. */
  static void putRouterLinkLocal(long ip, Attachment in) {
    Ipv6.putSource(ip, LINK_LOCAL_HIGH, routerInterfaceId(in));
  }

  static boolean hasGateway6(Vrf vrf) {
    return (vrf.gateway6High() | vrf.gateway6Low()) != 0;
  }

  /** Whether the address is valid on one link only (RFC 4291 2.5.6). */
  static boolean isLinkLocal6(long high) {
    return high >>> 54 == LINK_LOCAL_HIGH >>> 54;
  }

  static boolean isMulticast6(long high) {
    return high >>> 56 == 0xff;
  }

  /** Interface identifier of the router's link-local address (RFC 4291 appendix A). */
  private static long routerInterfaceId(Attachment in) {
    long mac = Long.reverseBytes(in.routerMac()) >>> 16;
    return (mac >>> 24 << 40 | EUI64_MIDDLE | mac & 0xff_ffffL) ^ EUI64_UNIVERSAL_BIT;
  }

  private static boolean isRange4Absent(Vrf vrf) {
    return (vrf.range4() & vrf.range4Mask()) == -1;
  }

  private static boolean isFirst6(Attachment in, long high, long low) {
    return Long.reverseBytes(in.address6High()) == high
        && Long.reverseBytes(in.address6Low()) == low
        && (high | low) != 0;
  }

  private static boolean isIn6(
      long high, long low, long prefixHigh, long prefixLow, int prefixLength) {
    if (prefixLength > 64) {
      return high == prefixHigh && (low ^ prefixLow) >>> 128 - prefixLength == 0;
    }
    return prefixLength == 0 || (high ^ prefixHigh) >>> 64 - prefixLength == 0;
  }
}
