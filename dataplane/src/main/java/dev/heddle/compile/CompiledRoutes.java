package dev.heddle.compile;

import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.NextHopSet;
import dev.heddle.table.NextHops;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The routes of all networks as they are now, those of their own addresses included. */
public final class CompiledRoutes {
  private final Map<String, VrfState> vrfs;
  private final HopTable hops;
  private final CountedRoutes counted;

  CompiledRoutes(Map<String, VrfState> vrfs, HopTable hops, CountedRoutes counted) {
    this.vrfs = vrfs;
    this.hops = hops;
    this.counted = counted;
  }

  /** Is shown routes. */
  public interface Visitor {
    /**
     * Sees one route.
     *
     * @param nextHops null for a gateway's own address
     * @param routeId under which it counts its packets; -1 if it does not
     */
    void route(IpPrefix prefix, NextHopSet nextHops, int routeId);
  }

  /**
   * A route that covers an address.
   *
   * @param hop index of its next hop in the tables
   * @param nextHops null for an address of the router itself
   * @param routeId under which it counts its packets; -1 if it does not
   */
  public record Match(IpPrefix prefix, int hop, NextHopSet nextHops, int routeId) {}

  /**
   * Shows routes of a network in the order of their prefixes.
   *
   * @param from the first prefix to show, which need not be there; it tells the family
   * @param limit how many at most
   */
  public void forEach(String network, IpPrefix from, int limit, Visitor visitor) {
    vrfs.get(network)
        .routes
        .forEachFrom(
            from,
            limit,
            (address, length, hop, routeId) ->
                visitor.route(new IpPrefix(address, length), nextHops(hop), routeId));
  }

  /** The route of a network with the longest prefix that covers an address; null if none does. */
  public Match longestMatch(String network, IpAddress address) {
    VrfRoutes routes = vrfs.get(network).routes;
    if (routes.longestMatch(address) == NextHops.NO_ROUTE) {
      return null;
    }
    Match[] match = new Match[1];
    for (int length = address.bits(); match[0] == null && length >= 0; length--) {
      IpPrefix prefix = IpPrefix.containing(address, length);
      routes.forEachFrom(
          prefix,
          1,
          (first, firstLength, hop, routeId) -> {
            if (new IpPrefix(first, firstLength).equals(prefix)) {
              match[0] = new Match(prefix, hop, nextHops(hop), routeId);
            }
          });
    }
    return match[0];
  }

  private NextHopSet nextHops(int index) {
    return nextHops(hops.get(index));
  }

  static NextHopSet nextHops(Hop hop) {
    if (hop.endpoint != null) {
      return hop.endpoint.asNextHop;
    }
    return hop.index == NextHops.DROP ? NextHopSet.DROP : hop.set;
  }

  /**
   * The routes of some networks as they are now, for another thread, whatever changes meanwhile.
   */
  public RouteVersion share(Iterable<String> networks) {
    List<RouteVersion.Part> parts = new ArrayList<>();
    networks.forEach(network -> vrfs.get(network).routes.share(network, parts));
    return new RouteVersion(parts, hops.share(), counted.share());
  }

  /** Whether a route of a {@link RouteVersion} is there still, with its counters. */
  public boolean isStill(int routeId, long counts) {
    return counted.isStill(routeId, counts);
  }

  /** Bytes of the tries that workers look a network's routes up in. */
  public long tableBytes(String network) {
    return vrfs.get(network).routes.trieBytes();
  }
}
