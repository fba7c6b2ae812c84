package dev.heddle.compile;

import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.model.NextHopSet.Member;
import dev.heddle.model.Node;
import dev.heddle.model.Uplink;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What there should be, read in the plainest way. */
final class UnderlayOracle {
  final Map<String, Uplink> uplinks = new TreeMap<>();
  final Map<String, Node> nodes = new TreeMap<>();
  final Map<String, Network> networks = new TreeMap<>();
  final Map<String, Endpoint> endpoints = new TreeMap<>();
  final Map<String, Map<IpPrefix, NextHopSet>> routes = new TreeMap<>();

  UnderlayOracle copy() {
    UnderlayOracle copy = new UnderlayOracle();
    copy.uplinks.putAll(uplinks);
    copy.nodes.putAll(nodes);
    copy.networks.putAll(networks);
    copy.endpoints.putAll(endpoints);
    routes.forEach((network, ofNetwork) -> copy.routes.put(network, new HashMap<>(ofNetwork)));
    return copy;
  }

  boolean isNextHop(String node) {
    return routes.values().stream()
        .flatMap(ofNetwork -> ofNetwork.values().stream())
        .flatMap(set -> set.members().stream())
        .anyMatch(m -> m.hop() instanceof NextHop.ToNode to && to.node().equals(node));
  }

  /** Addresses whose MAC addresses are needed, each with its uplink. */
  Set<String> neighbours() {
    Set<String> neighbours = new TreeSet<>();
    for (Uplink uplink : uplinks.values()) {
      for (Node node : nodes.values()) {
        IpAddress end = tunnelEnd(uplink, node);
        if (end != null) {
          neighbours.add(uplink.name() + " " + neighbour(uplink, end));
        }
      }
    }
    return neighbours;
  }

  private static IpAddress neighbour(Uplink uplink, IpAddress end) {
    IpPrefix link =
        end.ipv6()
            ? IpPrefix.containing(uplink.ipv6().address(), uplink.ipv6().prefixLength())
            : IpPrefix.containing(uplink.ipv4().address(), uplink.ipv4().prefixLength());
    if (link.contains(end)) {
      return end;
    }
    return end.ipv6() ? uplink.ipv6().gateway() : uplink.ipv4().gateway();
  }

  private static IpAddress tunnelEnd(Uplink uplink, Node node) {
    IpAddress end4 = node.vtep(uplink.name(), false);
    if (uplink.ipv4() != null && end4 != null && neighbour(uplink, end4) != null) {
      return end4;
    }
    IpAddress end6 = node.vtep(uplink.name(), true);
    boolean usable = uplink.ipv6() != null && end6 != null && neighbour(uplink, end6) != null;
    return usable ? end6 : null;
  }

  int mtuBytes(Network network) {
    Uplink uplink = uplinks.get(network.physicalNetwork());
    if (network.mtuBytes() != 0) {
      return network.mtuBytes();
    }
    return uplink == null ? 1500 : uplink.mtuBytes() - (uplink.ipv6() == null ? 50 : 70);
  }

  private NextHopSet match(Network network, IpAddress address) {
    for (Endpoint endpoint : endpoints.values()) {
      boolean same = endpoint.network().equals(network.name());
      if (same && endpoint.addresses().contains(address)) {
        return new NextHopSet(List.of(new Member(new NextHop.ToEndpoint(endpoint.name()), 1)));
      }
    }
    return routes.get(network.name()).entrySet().stream()
        .filter(route -> route.getKey().contains(address))
        .max(Comparator.comparingInt(route -> route.getKey().length()))
        .map(Map.Entry::getValue)
        .orElse(null);
  }

  private String behind(Network network, NextHop hop) {
    NextHop at = hop;
    for (int depth = 0; depth < 8 && at != null; depth++) {
      switch (at) {
        case NextHop.ToEndpoint to -> {
          int mtuBytes = endpoints.get(to.endpoint()).mtuBytes();
          int most = mtuBytes(network);
          return to.endpoint() + " mtu " + (mtuBytes == 0 ? most : Math.min(mtuBytes, most));
        }
        case NextHop.ToNode to -> {
          return through(network, nodes.get(to.node()));
        }
        case NextHop.ToGateway via -> {
          NextHopSet match = match(network, via.address());
          at = match == null ? null : match.single();
        }
        case NextHop.Drop drop -> at = null;
      }
    }
    return null;
  }

  private String through(Network network, Node node) {
    Uplink uplink = uplinks.get(network.physicalNetwork());
    IpAddress end = uplink == null ? null : tunnelEnd(uplink, node);
    if (end == null) {
      return "unresolved";
    }
    int path = uplink.mtuBytes() - (end.ipv6() ? 70 : 50);
    return "%s through %s to %s by %s mac %x mtu %d"
        .formatted(
            node.name(),
            uplink.name(),
            end,
            neighbour(uplink, end),
            node.routerMac(),
            Math.min(path, mtuBytes(network)));
  }

  /** Where packets to an address go, or what happens instead. */
  Set<String> way(Network network, IpAddress address) {
    NextHopSet match = match(network, address);
    if (match == null) {
      return Set.of("no route");
    }
    Set<String> reached = new TreeSet<>();
    for (Member member : match.members()) {
      String behind = behind(network, member.hop());
      if (behind != null) {
        reached.add(behind);
      }
    }
    return reached.isEmpty() ? Set.of("unresolved") : reached;
  }
}
