package dev.heddle.compile;

import dev.heddle.model.IpAddress;
import dev.heddle.model.Node;
import dev.heddle.model.RouterMac;
import dev.heddle.table.Neighbours;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Underlay;
import dev.heddle.table.Uplink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The underlay in the making: uplinks, nodes, a tunnel from each uplink to each node that it leads
 * to, a way to each gateway outside that routes name, and the neighbours that all those packets are
 * sent to.
 */
final class UnderlayState {
  private static final Map<IpAddress, Integer> NOBODY = Map.of();

  final Map<String, UplinkState> uplinks = new TreeMap<>();
  final Map<String, NodeState> nodes = new TreeMap<>();
  private final Neighbours table;
  private final IndexPool nodeIndexes = new IndexPool(0);
  private final IndexPool tunnelIndexes = new IndexPool(0);
  private final IndexPool neighbourIndexes = new IndexPool(0);

  /** By interface index and address, the neighbour's index. */
  private Map<Integer, Map<IpAddress, Integer>> neighbours = new HashMap<>();

  private Underlay compiled = Underlay.NONE;

  /** All tunnels of what was compiled last, by node and uplink. */
  private List<CompiledTunnel> tunnels = List.of();

  /** The same by index. */
  private CompiledTunnel[] tunnelByIndex = {};

  /** All neighbours of what was compiled last, by index. */
  private List<WantedNeighbour> wanted = List.of();

  /** Whether neighbours were laid out anew in what was compiled last. */
  private boolean otherNeighbours;

  /** Whether the update touches uplinks or nodes. */
  private boolean tunnelsStale;

  /** Whether the update touches what networks uplinks carry. */
  private boolean vrfsStale;

  UnderlayState(Neighbours table) {
    this.table = table;
  }

  void add(int interfaceIndex, dev.heddle.model.Uplink uplink, Update update) {
    uplinks.put(uplink.name(), new UplinkState(interfaceIndex, uplink));
    touch();
    update.onUndo(() -> uplinks.remove(uplink.name()));
  }

  void change(dev.heddle.model.Uplink uplink, Update update) {
    UplinkState state = uplinks.get(uplink.name());
    dev.heddle.model.Uplink before = state.uplink;
    state.uplink = uplink;
    touch();
    update.onUndo(() -> state.uplink = before);
  }

  UplinkState removeUplink(String name, Update update) {
    UplinkState state = uplinks.remove(name);
    touch();
    update.onUndo(() -> uplinks.put(name, state));
    return state;
  }

  void add(Node node, Update update) {
    NodeState state = new NodeState(nodeIndexes.take(), node);
    nodes.put(node.name(), state);
    touch();
    update.onUndo(() -> {
      nodes.remove(node.name());
      nodeIndexes.undoTake(state.index);
    });
  }

  void change(Node node, Update update) {
    NodeState state = nodes.get(node.name());
    Node before = state.node;
    state.node = node;
    touch();
    update.onUndo(() -> state.node = before);
  }

  NodeState removeNode(String name, Update update) {
    NodeState state = nodes.remove(name);
    touch();
    update.onUndo(() -> nodes.put(name, state));
    return state;
  }

  private void touch() {
    tunnelsStale = true;
    vrfsStale = true;
  }

  /** A gateway of a network is named for the first time, or no longer. */
  void touchGateway(VrfState vrf, IpAddress gateway) {
    if (outside(vrf.network.name(), gateway) != null) {
      touch();
    }
  }

  /** The uplink that leads from a network to a gateway on its link; null if none does. */
  UplinkState outside(String network, IpAddress gateway) {
    for (UplinkState state : uplinks.values()) {
      if (state.uplink.leadsOutside()
          && state.uplink.network().equals(network)
          && state.uplink.hasOnLink(gateway)) {
        return state;
      }
    }
    return null;
  }

  /**
   * Makes sure that there is room for the gateways that routes name.
   *
   * @throws RoutesExhaustedException if there is not
   */
  void checkGateways(Map<String, VrfState> vrfs) {
    for (UplinkState state : uplinks.values()) {
      if (!state.uplink.leadsOutside()) {
        continue;
      }
      long gateways =
          vrfs.get(state.uplink.network()).gateways.values().stream()
              .filter(hop -> hop.used() && state.uplink.hasOnLink(hop.gateway))
              .count();
      if (gateways > dev.heddle.model.Uplink.MAX_GATEWAYS) {
        throw new RoutesExhaustedException(
            "next_hops: routes of network "
                + state.uplink.network()
                + " name "
                + gateways
                + " gateways on the link of uplink "
                + state.uplink.name()
                + ": there is room for "
                + dev.heddle.model.Uplink.MAX_GATEWAYS
                + "; use fewer");
      }
    }
  }

  /** Networks came, went or changed. */
  void touchNetworks() {
    vrfsStale = true;
  }

  boolean isTouched() {
    return tunnelsStale;
  }

  void undo() {
    tunnelsStale = false;
    vrfsStale = false;
  }

  /** Workers will not know this node any more. */
  void forget(NodeState node) {
    nodeIndexes.giveBack(node.index);
  }

  /** The underlay with all changes of the update. */
  Underlay compile(Map<String, VrfState> vrfs) {
    if (uplinks.isEmpty() && compiled == Underlay.NONE || !vrfsStale) {
      tunnelsStale = false;
      vrfsStale = false;
      otherNeighbours = false;
      return compiled;
    }
    otherNeighbours = tunnelsStale;
    long[] tunnels = tunnelsStale ? layOutTunnels(vrfs) : compiled.tunnels();
    int end = 0;
    for (UplinkState state : uplinks.values()) {
      state.compileVrfs(vrfs);
      if (tunnelsStale) {
        state.compileNodes(nodes.values());
        state.compileNeighbours(neighbours.get(state.interfaceIndex));
      }
      end = Math.max(end, state.interfaceIndex + 1);
    }
    Uplink[] byInterface = new Uplink[end];
    uplinks.values().forEach(state -> byInterface[state.interfaceIndex] = state.compile());
    compiled = new Underlay(RouterMac.ADDRESS, byInterface, tunnels, table);
    tunnelsStale = false;
    vrfsStale = false;
    return compiled;
  }

  /** Tunnels and neighbours that stay keep their indexes. */
  private long[] layOutTunnels(Map<String, VrfState> vrfs) {
    Map<Integer, Map<IpAddress, Integer>> before = neighbours;
    neighbours = new HashMap<>();
    Map<UplinkState, Map<String, IpAddress>> ends = new HashMap<>();
    for (UplinkState uplink : uplinks.values()) {
      Map<IpAddress, Integer> ofUplink = before.getOrDefault(uplink.interfaceIndex, NOBODY);
      if (uplink.uplink.leadsOutside()) {
        layOutWays(uplink, vrfs.get(uplink.uplink.network()), ofUplink);
      } else {
        ends.put(uplink, layOut(uplink, ofUplink));
      }
    }
    neighbourIndexes.settle(); // Those of the revision before have rested for one now.
    before.forEach((interfaceIndex, ofUplink) -> {
      Map<IpAddress, Integer> kept = neighbours.getOrDefault(interfaceIndex, NOBODY);
      ofUplink.forEach((address, index) -> {
        if (!kept.containsKey(address)) {
          neighbourIndexes.giveBack(index);
        }
      });
    });
    long[] words = new long[tunnelIndexes.end() * Tunnels.LONGS_PER_TUNNEL];
    ends.forEach((uplink, ofUplink) ->
        ofUplink.forEach((name, end) ->
            uplink.write(
                words,
                uplink.tunnels.get(name),
                neighbours.get(uplink.interfaceIndex).get(uplink.nextHop(end)),
                nodes.get(name).node,
                end)));
    uplinks
        .values()
        .forEach(uplink ->
            uplink.ways.forEach((gateway, way) ->
                Tunnels.writeOutside(
                    words, way, neighbours.get(uplink.interfaceIndex).get(gateway))));
    tunnels = allTunnels();
    tunnelByIndex = new CompiledTunnel[tunnelIndexes.end()];
    tunnels.forEach(tunnel -> tunnelByIndex[tunnel.index()] = tunnel);
    wanted = allWanted();
    return words;
  }

  private List<CompiledTunnel> allTunnels() {
    List<CompiledTunnel> all = new ArrayList<>();
    for (NodeState node : nodes.values()) {
      for (UplinkState uplink : uplinks.values()) {
        Integer index = uplink.tunnels.get(node.node.name());
        if (index != null) {
          all.add(uplink.tunnelTo(node.node, index));
        }
      }
    }
    return all;
  }

  private List<WantedNeighbour> allWanted() {
    List<WantedNeighbour> all = new ArrayList<>();
    neighbours.forEach((interfaceIndex, ofUplink) ->
        ofUplink.forEach(
            (address, index) -> all.add(new WantedNeighbour(index, interfaceIndex, address))));
    all.sort(Comparator.comparingInt(WantedNeighbour::index));
    return all;
  }

  /** Gives indexes to an uplink's tunnels and their neighbours; where each tunnel ends. */
  private Map<String, IpAddress> layOut(UplinkState uplink, Map<IpAddress, Integer> before) {
    Map<IpAddress, Integer> ofUplink = new HashMap<>();
    neighbours.put(uplink.interfaceIndex, ofUplink);
    Map<String, IpAddress> ends = new HashMap<>();
    Map<String, Integer> tunnels = new HashMap<>();
    for (NodeState node : nodes.values()) {
      String name = node.node.name();
      IpAddress end = node.node.tunnelEnd(uplink.uplink);
      if (end == null) {
        continue;
      }
      ends.put(name, end);
      Integer known = uplink.tunnels.remove(name);
      tunnels.put(name, known == null ? tunnelIndexes.take() : known);
      IpAddress nextHop = uplink.nextHop(end);
      Integer neighbour = before.get(nextHop);
      ofUplink.computeIfAbsent(
          nextHop, absent -> neighbour == null ? neighbourIndexes.take() : neighbour);
    }
    uplink.tunnels.values().forEach(tunnelIndexes::giveBack);
    uplink.tunnels = tunnels;
    return ends;
  }

  /** Gives indexes to the gateways on an uplink's link outside, and to the ways there. */
  private void layOutWays(UplinkState uplink, VrfState vrf, Map<IpAddress, Integer> before) {
    Map<IpAddress, Integer> ofUplink = new HashMap<>();
    neighbours.put(uplink.interfaceIndex, ofUplink);
    Map<IpAddress, Integer> ways = new HashMap<>();
    for (IpAddress gateway : vrf.gateways.keySet()) {
      if (uplink.uplink.hasOnLink(gateway)) {
        Integer known = uplink.ways.remove(gateway);
        ways.put(gateway, known == null ? tunnelIndexes.take() : known);
        Integer neighbour = before.get(gateway);
        ofUplink.put(gateway, neighbour == null ? neighbourIndexes.take() : neighbour);
      }
    }
    uplink.ways.values().forEach(tunnelIndexes::giveBack);
    uplink.ways = ways;
  }

  /** Workers will not know this uplink any more, nor its tunnels. */
  void forget(UplinkState uplink) {
    uplink.ways.values().forEach(tunnelIndexes::giveBack);
    uplink.tunnels.values().forEach(tunnelIndexes::giveBack);
  }

  /** Lets a hop lead through the tunnel to a node, after {@link #compile}. */
  void pointTo(String nodeName, VrfState vrf, Hop hop, HopTable hops) {
    UplinkState uplink = uplinks.get(vrf.network.physicalNetwork());
    Integer tunnel = uplink == null ? null : uplink.tunnels.get(nodeName);
    if (tunnel == null) {
      hops.point(hop, 0, 0, NextHops.meta(NextHops.KIND_UNRESOLVED), 0);
      return;
    }
    NodeState node = nodes.get(nodeName);
    long first = compiled.tunnels()[tunnel * Tunnels.LONGS_PER_TUNNEL];
    int mtuBytes = Math.min(vrf.mtuBytes(), uplink.uplink.pathMtuBytes(Tunnels.isIpv6(first)));
    hops.point(
        hop,
        node.ethernetWord0(),
        node.ethernetWord1(),
        NextHops.meta(NextHops.KIND_REMOTE, uplink.interfaceIndex, mtuBytes),
        Tunnels.hopArgument(compiled.tunnels(), tunnel, node.index));
  }

  /** Lets a hop lead to a gateway on the link of one of the network's uplinks. */
  void pointOutside(IpAddress gateway, VrfState vrf, Hop hop, HopTable hops) {
    UplinkState uplink = outside(vrf.network.name(), gateway);
    hops.point(
        hop,
        uplink.mac << 48,
        uplink.mac >>> 16,
        NextHops.meta(NextHops.KIND_OUTSIDE, uplink.interfaceIndex, uplink.uplink.mtuBytes()),
        Tunnels.outsideArgument(uplink.ways.get(gateway)));
  }

  boolean hasOtherNeighbours() {
    return otherNeighbours;
  }

  /** All tunnels of the revision that was compiled last, by node and uplink; never changed. */
  List<CompiledTunnel> tunnels() {
    return tunnels;
  }

  /** The tunnel that has an index in it; null if none has. */
  CompiledTunnel tunnel(int index) {
    return index < tunnelByIndex.length ? tunnelByIndex[index] : null;
  }

  /** All neighbours of the revision that was compiled last, by index; never changed. */
  List<WantedNeighbour> wantedNeighbours() {
    return wanted;
  }

  /** Every worker runs what was compiled last. */
  void settle() {
    nodeIndexes.settle();
    tunnelIndexes.settle();
  }
}
