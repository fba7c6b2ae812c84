package dev.heddle.compile;

import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.table.Neighbours;
import dev.heddle.table.NextHops;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import dev.heddle.table.Underlay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Turns changes of the model into the next revision's {@link Tables}.
 *
 * <p>An update is made of these steps, in this order, so that the result does not depend on the
 * order in which an operator wrote the changes down:
 *
 * <pre>
 * begin
 *   withdraw what goes     uplinks and nodes, endpoints that go or change, networks that change
 *   add what comes         uplinks and nodes, networks, endpoints
 *   put and remove routes
 *   policies and IP sets
 *   announce               host routes of gateways and endpoints that came or changed
 *   remove networks
 * prepare
 * finish -> Tables         or undo, which leaves everything as it was before begin
 * settle                   once every worker runs them
 * </pre>
 *
 * <p>The caller has checked that names exist and addresses are free. Threading: one thread.
 */
public final class TableCompiler implements AutoCloseable {
  /** Routes there may be in all networks together: a few hundred MB of heap. */
  public static final long MAX_ROUTES = 1L << 23;

  private final RouteStore routeStore;
  private final long maxRoutes;
  private final HopTable hops = new HopTable();
  private final IndexPool vrfIndexes = new IndexPool(0);
  private final IndexPool interfaceIndexes = new IndexPool(0);
  private final Map<String, VrfState> vrfs = new HashMap<>();
  private final Map<String, EndpointState> endpoints = new HashMap<>();

  /** Names of endpoints by interface index. */
  private final Map<Integer, String> endpointNames = new HashMap<>();

  private final Pages<NetworkSizes.Size[]> sizes =
      new Pages<>(() -> new NetworkSizes.Size[Pages.SIZE], NetworkSizes.Size[]::clone);
  private final UnderlayState underlay;
  private final UnderlayCompiler underlayCompiler;
  private final EndpointPolicies policies;
  private final CountedRoutes countedRoutes = new CountedRoutes();
  private final CompiledRoutes routes = new CompiledRoutes(vrfs, hops, countedRoutes);
  private Tables tables = Tables.EMPTY;
  private long totalRoutes;
  private Update update;

  /**
   * @param routeStore has the route tables that it compiles into; it is closed with this
   * @param neighbours where workers read what others write
   */
  public TableCompiler(RouteStore routeStore, Neighbours neighbours) {
    this(routeStore, neighbours, MAX_ROUTES);
  }

  TableCompiler(RouteStore routeStore, Neighbours neighbours, long maxRoutes) {
    this.routeStore = routeStore;
    this.maxRoutes = maxRoutes;
    policies = new EndpointPolicies(routeStore, endpoints, vrfs);
    underlay = new UnderlayState(neighbours);
    underlayCompiler = new UnderlayCompiler(underlay, interfaceIndexes, vrfs);
  }

  /** Begins an update. */
  public void begin() {
    update = new Update();
    hops.beginUpdate();
    underlayCompiler.begin(update);
    policies.begin(update);
  }

  /** Takes the changes of uplinks and nodes. */
  public UnderlayCompiler underlay() {
    return underlayCompiler;
  }

  /** Takes the changes of policies and IP sets. */
  public EndpointPolicies policies() {
    return policies;
  }

  /** Whether the update changes anything so far. */
  public boolean changesAnything() {
    return update.changesAnything() || underlay.isTouched() || policies.isTouched();
  }

  /** Adds a network that has no routes yet. */
  public void addNetwork(Network network) {
    int index = vrfIndexes.take();
    VrfState vrf =
        new VrfState(
            index,
            new VrfRoutes(routeStore, network.countRoutes() ? countedRoutes : null),
            underlay,
            network);
    vrfs.put(network.name(), vrf);
    update.touch(vrf);
    underlay.touchNetworks();
    update.onUndo(() -> {
      vrfs.remove(network.name());
      vrfIndexes.undoTake(index);
    });
  }

  /** Gives a network its new definition and withdraws addresses that are no longer its own. */
  public void changeNetwork(Network network) {
    VrfState vrf = vrfs.get(network.name());
    Network before = vrf.network;
    before
        .ownAddresses()
        .filter(address -> !network.isOwn(address))
        .forEach(address -> withdraw(vrf, address));
    vrf.network = network;
    update.touchWholly(vrf);
    underlay.touchNetworks();
    update.onUndo(() -> vrf.network = before);
  }

  /** Removes a network, whose endpoints and routes are gone. */
  public void removeNetwork(String name) {
    VrfState vrf = vrfs.remove(name);
    vrf.network.ownAddresses().forEach(address -> withdraw(vrf, address));
    update.touch(vrf);
    underlay.touchNetworks();
    update.removedVrfs.add(vrf);
    policies.forget(vrf);
    update.onUndo(() -> vrfs.put(name, vrf));
  }

  /** Withdraws and forgets an endpoint; routes may not lead to it at the update's end. */
  public void removeEndpoint(String name) {
    EndpointState state = endpoints.remove(name);
    VrfState vrf = state.vrf;
    vrf.endpoints.remove(name);
    endpointNames.remove(state.interfaceIndex);
    state.endpoint.addresses().forEach(address -> withdraw(vrf, address));
    update.removedEndpoints.add(state);
    policies.withdraw(state);
    update.onUndo(() -> {
      endpoints.put(name, state);
      vrf.endpoints.put(name, state);
      endpointNames.put(state.interfaceIndex, name);
    });
  }

  /** Gives an endpoint its new definition and withdraws addresses that it no longer has. */
  public void changeEndpoint(Endpoint endpoint) {
    EndpointState state = endpoints.get(endpoint.name());
    Endpoint before = state.endpoint;
    before.addresses().stream()
        .filter(address -> !endpoint.addresses().contains(address))
        .forEach(address -> withdraw(state.vrf, address));
    state.endpoint = endpoint;
    update.touch(state);
    update.onUndo(() -> state.endpoint = before);
  }

  /**
   * Adds an endpoint, whose addresses are not announced yet.
   *
   * @return its interface index
   */
  public int addEndpoint(Endpoint endpoint) {
    VrfState vrf = vrfs.get(endpoint.network());
    int interfaceIndex = interfaceIndexes.take();
    Hop hop = hops.add(null, List.of());
    EndpointState state = new EndpointState(interfaceIndex, vrf, hop, endpoint);
    hop.endpoint = state;
    endpoints.put(endpoint.name(), state);
    vrf.endpoints.put(endpoint.name(), state);
    endpointNames.put(interfaceIndex, endpoint.name());
    update.touch(state);
    update.onUndo(() -> {
      endpointNames.remove(interfaceIndex);
      endpoints.remove(endpoint.name());
      vrf.endpoints.remove(endpoint.name());
      hops.undoAdd(hop);
      interfaceIndexes.undoTake(interfaceIndex);
    });
    return interfaceIndex;
  }

  /**
   * The next hop that routes of a network refer to for this set.
   *
   * @return its index; 0, which is no route's, if an endpoint is not in the network, or a node is
   *     not there
   */
  public int hop(String network, NextHopSet set) {
    VrfState vrf = vrfs.get(network);
    if (set.single() instanceof NextHop.ToEndpoint to) {
      EndpointState endpoint = vrf.endpoints.get(to.endpoint());
      return endpoint == null ? NextHops.NO_ROUTE : endpoint.hop.index;
    }
    if (set.single() instanceof NextHop.Drop) {
      return NextHops.DROP;
    }
    Hop known = vrf.sets.get(set);
    return known != null ? known.index : addSet(vrf, set);
  }

  private int addSet(VrfState vrf, NextHopSet set) {
    List<Hop> members = new ArrayList<>();
    for (NextHopSet.Member member : set.members()) {
      if (member.hop() instanceof NextHop.ToEndpoint to) {
        EndpointState endpoint = vrf.endpoints.get(to.endpoint());
        if (endpoint == null) {
          return NextHops.NO_ROUTE;
        }
        members.add(endpoint.hop);
      }
      if (member.hop() instanceof NextHop.ToNode to) {
        if (!underlay.nodes.containsKey(to.node())) {
          return NextHops.NO_ROUTE;
        }
        if (set.single() == null) {
          members.add(alone(vrf, to));
        }
      }
      if (member.hop() instanceof NextHop.ToGateway via && set.single() == null) {
        members.add(alone(vrf, via));
      }
    }
    Hop hop = hops.add(set, members);
    hop.vrf = vrf;
    hop.node = set.single() instanceof NextHop.ToNode to ? to.node() : null;
    hop.gateway = set.single() instanceof NextHop.ToGateway via ? via.address() : null;
    vrf.addSet(hop);
    update.touch(vrf);
    update.newSets.add(hop);
    update.idleSets.add(hop);
    update.onUndo(() -> {
      vrf.removeSet(hop);
      hops.undoAdd(hop);
    });
    return hop.index;
  }

  /** The hop of a node or gateway that is one of several. */
  private Hop alone(VrfState vrf, NextHop to) {
    NextHopSet alone = new NextHopSet(List.of(new NextHopSet.Member(to, 1)));
    Hop known = vrf.sets.get(alone);
    return known != null ? known : hops.get(addSet(vrf, alone));
  }

  /**
   * Creates a route or gives it another next hop; false if it has that already. An IPv4 address is
   * in the low 32 bits of {@code low}.
   */
  public boolean putRoute(String network, int hop, boolean ipv6, long high, long low, int length) {
    VrfState vrf = vrfs.get(network);
    int before = vrf.routes.put(ipv6, high, low, length, hop);
    if (before == hop) {
      return false;
    }
    update.touch(vrf);
    vrf.routeChanged(ipv6, high, low, length);
    update.acquire(hops.get(hop));
    if (before == NextHops.NO_ROUTE) {
      vrf.routeCount++;
    } else {
      update.release(hops.get(before));
    }
    return true;
  }

  /** Removes a route; false if there is none. */
  public boolean removeRoute(String network, boolean ipv6, long high, long low, int length) {
    VrfState vrf = vrfs.get(network);
    int before = vrf.routes.remove(ipv6, high, low, length);
    if (before == NextHops.NO_ROUTE) {
      return false;
    }
    update.touch(vrf);
    vrf.routeChanged(ipv6, high, low, length);
    update.release(hops.get(before));
    vrf.routeCount--;
    return true;
  }

  /** Announces a network's own addresses; one of them that a route has, else null. */
  public IpAddress announceGateways(String network) {
    VrfState vrf = vrfs.get(network);
    IpAddress clash = announce(vrf, vrf.network.ownAddresses().toList(), HopTable.ROUTER);
    vrf.guardBroadcast();
    return clash;
  }

  /** Announces an endpoint's addresses; one of them that a route has, else null. */
  public IpAddress announce(String endpoint) {
    EndpointState state = endpoints.get(endpoint);
    return announce(state.vrf, state.endpoint.addresses(), state.hop.index);
  }

  private IpAddress announce(VrfState vrf, List<IpAddress> addresses, int hop) {
    for (IpAddress address : addresses) {
      boolean ipv6 = address.ipv6();
      int before = vrf.routes.put(ipv6, address.high(), address.low(), address.bits(), hop);
      update.touch(vrf);
      vrf.routeChanged(ipv6, address.high(), address.low(), address.bits());
      if (before != NextHops.NO_ROUTE && before != hop) {
        return address;
      }
    }
    return null;
  }

  private void withdraw(VrfState vrf, IpAddress address) {
    vrf.routes.remove(address.ipv6(), address.high(), address.low(), address.bits());
    update.touch(vrf);
    vrf.routeChanged(address.ipv6(), address.high(), address.low(), address.bits());
  }

  /** Interface indexes of the endpoints that the update removes. */
  public List<Integer> removedInterfaces() {
    return update.removedEndpoints.stream().map(state -> state.interfaceIndex).toList();
  }

  /** Names of endpoints that the update removes although routes lead to them. */
  public List<String> removedButNeeded() {
    return update.removedEndpoints.stream()
        .filter(state -> state.hop.used())
        .map(state -> state.endpoint.name())
        .toList();
  }

  /** The routes of all networks. */
  public CompiledRoutes routes() {
    return routes;
  }

  /** The tables that were finished last. */
  public Tables tables() {
    return tables;
  }

  /** Routes that operators made in this network. */
  public long routeCount(String network) {
    return vrfs.get(network).routeCount;
  }

  /** Routes that operators made in all networks, as of the last finished update. */
  public long totalRoutes() {
    return totalRoutes;
  }

  /** The index under which workers know a network. */
  public int vrfIndex(String network) {
    return vrfs.get(network).index;
  }

  /** The index under which workers know an endpoint. */
  public int interfaceIndex(String endpoint) {
    return endpoints.get(endpoint).interfaceIndex;
  }

  /** The endpoint that workers know under an index; null if there is none. */
  public String endpointAt(int interfaceIndex) {
    return endpointNames.get(interfaceIndex);
  }

  /** How large all networks are now, for another thread, whatever becomes of them. */
  public NetworkSizes shareSizes() {
    return new NetworkSizes(sizes.share());
  }

  /** Ends the update as if it had never begun. */
  public void undo() {
    routeStore.rollback();
    policies.undo();
    countedRoutes.undo();
    update.undo(hops);
    underlay.undo();
    update = null;
  }

  /**
   * Derives the tries of the routes. What may fail in an update has been done after that.
   *
   * @throws RoutesExhaustedException if there would be too many, or too many gateways outside; undo
   *     the update then
   * @throws dev.heddle.compile.policy.PolicyTooLargeException if a policy takes too much memory;
   *     undo the update then
   * @throws dev.heddle.table.TableMemoryExhaustedException if there is no room; undo the update
   *     then
   */
  public void prepare() {
    long routes = totalRoutes + update.routesAdded();
    if (routes > maxRoutes) {
      throw new RoutesExhaustedException(
          "routes: "
              + routes
              + " in all networks together: there is room for "
              + maxRoutes
              + "; delete others first");
    }
    underlay.checkGateways(vrfs);
    update.removedVrfs.forEach(vrf -> vrf.routes.drop());
    policies.prepare();
    routeStore.prepare();
  }

  /**
   * Ends the update after {@link #prepare}.
   *
   * @return the tables with all its changes
   */
  public Tables finish(long revision) {
    totalRoutes += update.routesAdded();
    update.removedEndpoints.forEach(this::forget);
    underlayCompiler.forgetRemoved();
    underlayCompiler.touchNetworksOfChangedNodes();
    update.idleSets.stream().filter(hop -> !hop.used()).forEach(this::forget);
    Underlay compiledUnderlay = underlay.compile(vrfs);
    for (VrfState vrf : update.touchedVrfs()) {
      sizes.change(vrf.index)[vrf.index % Pages.SIZE] =
          new NetworkSizes.Size(vrf.routeCount, vrf.routes.trieBytes());
      if (vrf.hopsStale) {
        vrf.endpoints.values().forEach(endpoint -> VrfState.pointTo(endpoint, endpoint.hop, hops));
        vrf.sets.values().forEach(hop -> vrf.resolve(hop, hops));
        vrf.hopsStale = false;
      }
    }
    for (Hop hop : update.newSets) {
      if (hop.used()) {
        hop.vrf.resolve(hop, hops);
      }
    }
    update.removedVrfs.forEach(vrf -> vrfIndexes.giveBack(vrf.index));
    countedRoutes.finish();
    tables =
        new Tables(
            revision,
            update.attachments(tables.attachments(), interfaceIndexes.end(), endpoints),
            update.vrfs(tables.vrfs(), vrfIndexes.end()),
            hops.words(),
            hops.groups(),
            countedRoutes.hops(),
            compiledUnderlay,
            policies.finish());
    routeStore.seal(revision);
    update = null;
    return tables;
  }

  private void forget(EndpointState endpoint) {
    hops.remove(endpoint.hop);
    interfaceIndexes.giveBack(endpoint.interfaceIndex);
  }

  private void forget(Hop set) {
    set.vrf.removeSet(set);
    hops.remove(set);
  }

  /**
   * Every worker runs the tables that {@link #finish} returned last.
   *
   * @param freedRoute is told the ids of counted routes that are gone, before they serve again
   */
  public void settle(IntConsumer freedRoute) {
    hops.settle();
    vrfIndexes.settle();
    interfaceIndexes.settle();
    underlay.settle();
    countedRoutes.settle(freedRoute);
    routeStore.reclaim(tables.revision());
  }

  @Override
  public void close() {
    routeStore.close();
  }
}
