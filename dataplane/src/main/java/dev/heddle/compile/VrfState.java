package dev.heddle.compile;

import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.model.NextHopSet.Member;
import dev.heddle.table.NextHops;
import dev.heddle.table.Vrf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A network's routing table in the making: its routes and what their next hops mean. */
final class VrfState {
  /** Gateways behind gateways that are followed before giving up: surely a loop then. */
  private static final int MAX_GATEWAY_DEPTH = 8;

  final int index;
  final VrfRoutes routes;
  final Map<String, EndpointState> endpoints = new HashMap<>();
  final Map<NextHopSet, Hop> sets = new HashMap<>();

  /** Hops to nodes alone, by the node's name; each is among the sets, too. */
  final Map<String, Hop> remotes = new HashMap<>();

  /** Hops to gateways alone, by address; each is among the sets, too. */
  final Map<IpAddress, Hop> gateways = new HashMap<>();

  private final UnderlayState underlay;
  private final TreeMap<IpAddress, Integer> gatewayUses = new TreeMap<>();
  Network network;

  /** Routes that operators made; those of endpoints and gateways are not counted. */
  long routeCount;

  /** Whether what gateways lead to may have changed. */
  boolean hopsStale;

  VrfState(int index, VrfRoutes routes, UnderlayState underlay, Network network) {
    this.index = index;
    this.routes = routes;
    this.underlay = underlay;
    this.network = network;
  }

  /** The network's largest IP packet. */
  int mtuBytes() {
    UplinkState uplink = underlay.uplinks.get(network.physicalNetwork());
    return network.mtuBytes(uplink == null ? null : uplink.uplink);
  }

  void addSet(Hop hop) {
    sets.put(hop.set, hop);
    if (hop.node != null) {
      remotes.put(hop.node, hop);
    }
    if (hop.gateway != null) {
      gateways.put(hop.gateway, hop);
      underlay.touchGateway(this, hop.gateway);
    }
    countGateways(hop.set, 1);
  }

  void removeSet(Hop hop) {
    sets.remove(hop.set);
    if (hop.node != null) {
      remotes.remove(hop.node);
    }
    if (hop.gateway != null) {
      gateways.remove(hop.gateway);
      underlay.touchGateway(this, hop.gateway);
    }
    countGateways(hop.set, -1);
  }

  private void countGateways(NextHopSet set, int delta) {
    for (Member member : set.members()) {
      if (member.hop() instanceof NextHop.ToGateway via) {
        gatewayUses.merge(
            via.address(), delta, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
      }
    }
  }

  /**
   * Keeps packets to the broadcast address to the router where a route would lead them elsewhere.
   * Where none does they find no route, and the router looks at them all the same; so a network
   * without such routes does not pay for a further host route.
   */
  void guardBroadcast() {
    IpAddress broadcast = network.broadcast4();
    if (broadcast == null) {
      return;
    }
    routes.remove(false, 0, broadcast.low(), broadcast.bits());
    if (routes.longestMatch(broadcast) != NextHops.NO_ROUTE) {
      routes.put(false, 0, broadcast.low(), broadcast.bits(), HopTable.ROUTER);
    }
  }

  private boolean coversBroadcast(boolean ipv6, long low, int length) {
    IpPrefix range = ipv6 ? null : network.range4();
    if (range == null || length == Integer.SIZE) {
      return false;
    }
    int broadcast = range.address().asInt() | ~IpPrefix.mask4(range.length());
    return (broadcast & IpPrefix.mask4(length)) == (int) low;
  }

  /** Notes that the routes of a prefix changed: a gateway may be reached another way now. */
  void routeChanged(boolean ipv6, long high, long low, int length) {
    if (coversBroadcast(ipv6, low, length)) {
      guardBroadcast();
    }
    if (gatewayUses.isEmpty() || hopsStale) {
      return;
    }
    IpAddress first = new IpAddress(ipv6, high, low);
    IpAddress next = gatewayUses.ceilingKey(first);
    hopsStale = next != null && new IpPrefix(first, length).contains(next);
  }

  /** Writes what the set means now into the table of next hops. */
  void resolve(Hop hop, HopTable table) {
    List<Hop> reached = new ArrayList<>();
    List<Integer> weights = new ArrayList<>();
    for (Member member : hop.set.members()) {
      Hop behind = hopBehind(member.hop(), table);
      if (behind != null) {
        reached.add(behind);
        weights.add(member.weight());
      }
    }
    if (reached.isEmpty()) {
      table.point(hop, 0, 0, NextHops.meta(NextHops.KIND_UNRESOLVED), 0);
    } else if (reached.size() == 1) {
      pointTo(reached.getFirst(), hop, table);
    } else {
      table.spread(
          hop,
          EqualCostGroup.layOut(
              reached.stream().mapToInt(member -> member.index).toArray(),
              weights.stream().mapToInt(Integer::intValue).toArray()));
    }
  }

  /**
   * Lets a hop lead where another one leads: an endpoint's, a node's or that of a gateway outside.
   */
  private void pointTo(Hop target, Hop hop, HopTable table) {
    if (target.endpoint != null) {
      pointTo(target.endpoint, hop, table);
    } else if (target.node != null) {
      underlay.pointTo(target.node, this, hop, table);
    } else {
      underlay.pointOutside(target.gateway, this, hop, table);
    }
  }

  static void pointTo(EndpointState endpoint, Hop hop, HopTable table) {
    table.point(hop, endpoint.ethernetWord0(), endpoint.ethernetWord1(), endpoint.meta(), 0);
  }

  /**
   * The hop of the endpoint, node or gateway outside that packets to a next hop go to: itself, or
   * the one that the routes to the gateway lead to, over further gateways if need be. Null if there
   * is none, or several of equal cost.
   */
  private Hop hopBehind(NextHop nextHop, HopTable table) {
    NextHop at = nextHop;
    for (int depth = 0; depth < MAX_GATEWAY_DEPTH; depth++) {
      if (at instanceof NextHop.ToEndpoint to) {
        return endpoints.get(to.endpoint()).hop;
      }
      if (at instanceof NextHop.ToNode to) {
        return remotes.get(to.node());
      }
      if (!(at instanceof NextHop.ToGateway via)) {
        return null;
      }
      if (underlay.outside(network.name(), via.address()) != null) {
        return gateways.get(via.address());
      }
      Hop match = table.get(routes.longestMatch(via.address()));
      if (match.endpoint != null || match.node != null) {
        return match;
      }
      at = match.set == null ? null : match.set.single();
    }
    return null;
  }

  /** What workers know of it. */
  Vrf compile() {
    return new Vrf(
        index,
        network.vni(),
        routes.root4(),
        routes.root6(),
        network.range4() == null ? -1 : network.range4().address().asInt(),
        network.range4() == null ? -1 : IpPrefix.mask4(network.range4().length()),
        network.range6() == null ? 0 : network.range6().address().high(),
        network.range6() == null ? 0 : network.range6().address().low(),
        network.range6() == null ? -1 : network.range6().length(),
        network.gateway4() == null ? 0 : network.gateway4().asInt(),
        network.gateway6() == null ? 0 : network.gateway6().high(),
        network.gateway6() == null ? 0 : network.gateway6().low());
  }
}
