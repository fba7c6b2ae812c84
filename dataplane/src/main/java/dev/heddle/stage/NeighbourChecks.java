package dev.heddle.stage;

import dev.heddle.wire.Icmpv6;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.NeighbourDiscovery;

/** When a neighbour discovery message is discarded (RFC 4861 6.1.1, 6.1.2, 7.1.1, 7.1.2, 8.1). */
final class NeighbourChecks {
  private NeighbourChecks() {}

  /**
   * Whether a message whose IPv6 header was checked, and which follows it directly, is to be read.
   */
  static boolean isValid(long ip, long message, int messageBytes) {
    return Ipv6.hopLimit(ip) == NeighbourDiscovery.HOP_LIMIT
        && NeighbourDiscovery.isComplete(message, messageBytes)
        && Icmpv6.code(message) == 0
        && Icmpv6.isChecksumRight(ip, message, messageBytes)
        && isValidForType(ip, message, messageBytes);
  }

  private static boolean isValidForType(long ip, long message, int messageBytes) {
    boolean unspecified = (Ipv6.sourceHigh(ip) | Ipv6.sourceLow(ip)) == 0;
    return switch (Icmpv6.type(message)) {
      case NeighbourDiscovery.NEIGHBOUR_SOLICITATION ->
          !isTargetMulticast(message)
              && (!unspecified
                  || isSolicitedNode(ip) && !hasSourceLinkLayer(message, messageBytes));
      case NeighbourDiscovery.NEIGHBOUR_ADVERTISEMENT ->
          !isTargetMulticast(message) && !isSolicitedToGroup(ip, message);
      case NeighbourDiscovery.ROUTER_SOLICITATION ->
          !unspecified || !hasSourceLinkLayer(message, messageBytes);
      default -> EndpointAddresses.isLinkLocal6(Ipv6.sourceHigh(ip));
    };
  }

  private static boolean isSolicitedNode(long ip) {
    long low = Ipv6.destinationLow(ip);
    return Ipv6.destinationHigh(ip) == NeighbourDiscovery.SOLICITED_NODE_HIGH
        && low == NeighbourDiscovery.solicitedNodeLow(low);
  }

  private static boolean isTargetMulticast(long message) {
    return EndpointAddresses.isMulticast6(NeighbourDiscovery.targetHigh(message));
  }

  private static boolean isSolicitedToGroup(long ip, long message) {
    return EndpointAddresses.isMulticast6(Ipv6.destinationHigh(ip))
        && (NeighbourDiscovery.flags(message) & NeighbourDiscovery.FLAG_SOLICITED) != 0;
  }

  private static boolean hasSourceLinkLayer(long message, int messageBytes) {
    return NeighbourDiscovery.hasOption(
        message, messageBytes, NeighbourDiscovery.OPTION_SOURCE_LINK_LAYER);
  }
}
