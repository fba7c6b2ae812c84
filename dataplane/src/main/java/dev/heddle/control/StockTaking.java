package dev.heddle.control;

import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.Network;
import dev.heddle.model.Uplink;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Finds out what there is, in parts, so that no transaction waits for all of it: each part is as of
 * the moment at which it is taken.
 *
 * <p>Threading: {@link #goOn} while no update is under way.
 */
final class StockTaking {
  /** Endpoints or networks that are looked at in one part. */
  private static final int PART = 256;

  private final DesiredState state;
  private final TableCompiler compiler;
  private final Ports ports;
  private final Map<Integer, Map<KnownNeighbour.State, Long>> neighbours = new HashMap<>();
  private final Map<Integer, InterfaceIdentity> interfaces = new HashMap<>();
  private final List<Inventory.OfNetwork> networks = new ArrayList<>();
  private final List<Inventory.OfUplink> uplinks = new ArrayList<>();
  private long nodes;

  /** Where the next part of each begins; null when there is none. */
  private String nextEndpoint = "";

  private String nextNetwork = "";
  private String nextUplink = "";

  /**
   * @param neighbours on all uplinks
   */
  StockTaking(
      DesiredState state, TableCompiler compiler, Ports ports, List<KnownNeighbour> neighbours) {
    this.state = state;
    this.compiler = compiler;
    this.ports = ports;
    for (KnownNeighbour each : neighbours) {
      this.neighbours
          .computeIfAbsent(each.interfaceIndex(), _ -> new EnumMap<>(KnownNeighbour.State.class))
          .merge(each.state(), 1L, Long::sum);
    }
  }

  /** Takes the next part; false if there is none. */
  boolean goOn() {
    if (nextEndpoint != null) {
      nextEndpoint = addEndpoints();
    } else if (nextNetwork != null) {
      nextNetwork = addNetworks();
    } else if (nextUplink != null) {
      nextUplink = addUplink();
    } else {
      nodes = state.nodes().size();
      return false;
    }
    return true;
  }

  /** What was found. */
  Inventory result() {
    return new Inventory(interfaces, networks, nodes, uplinks);
  }

  private String addEndpoints() {
    SortedMap<String, Endpoint> rest = state.endpoints().tailMap(nextEndpoint);
    int taken = 0;
    for (Endpoint endpoint : rest.values()) {
      if (taken++ == PART) {
        return endpoint.name();
      }
      int interfaceIndex = compiler.interfaceIndex(endpoint.name());
      interfaces.put(
          interfaceIndex,
          new InterfaceIdentity(
              endpoint.name(),
              endpoint.workload().namespace(),
              endpoint.workload().pod(),
              vrf(endpoint.network()),
              ports.isConnected(interfaceIndex)));
    }
    return null;
  }

  private String addNetworks() {
    SortedMap<String, Network> rest = state.networks().tailMap(nextNetwork);
    int taken = 0;
    for (Network network : rest.values()) {
      if (taken++ == PART) {
        return network.name();
      }
      networks.add(
          new Inventory.OfNetwork(
              network.name(),
              vrf(network.name()),
              compiler.routeCount(network.name()),
              state.endpointsOf(network.name()).size(),
              state.mtuBytes(network)));
    }
    return null;
  }

  private String vrf(String network) {
    return Integer.toString(compiler.vrfIndex(network));
  }

  private String addUplink() {
    SortedMap<String, Uplink> rest = state.uplinks().tailMap(nextUplink);
    boolean isTaken = false;
    for (Uplink uplink : rest.values()) {
      if (isTaken) {
        return uplink.name();
      }
      add(uplink);
      isTaken = true;
    }
    return null;
  }

  private void add(Uplink uplink) {
    int interfaceIndex = compiler.underlay().interfaceIndex(uplink.name());
    interfaces.put(
        interfaceIndex,
        new InterfaceIdentity(
            uplink.interfaceName(),
            "",
            "",
            uplink.leadsOutside() ? vrf(uplink.network()) : "",
            ports.uplinkStatus(interfaceIndex).linkUp()));
    Ways ways = new Ways(state, compiler);
    long tunnels = 0;
    long resolved = 0;
    for (int tunnel : compiler.underlay().tunnelIndexes(uplink.name())) {
      tunnels++;
      resolved += ways.isResolved(tunnel) ? 1 : 0;
    }
    uplinks.add(
        new Inventory.OfUplink(
            uplink.interfaceName(),
            uplink.mtuBytes(),
            resolved,
            tunnels - resolved,
            neighbours.getOrDefault(interfaceIndex, Map.of())));
  }
}
