package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.api.v1.Explanation;
import dev.heddle.api.v1.ListEndpointsRequest;
import dev.heddle.api.v1.ListIpSetsRequest;
import dev.heddle.api.v1.ListNetworksRequest;
import dev.heddle.api.v1.ListNodesRequest;
import dev.heddle.api.v1.ListPoliciesRequest;
import dev.heddle.api.v1.ListPolicyLogRequest;
import dev.heddle.api.v1.ListProfilesRequest;
import dev.heddle.api.v1.ListRoutesRequest;
import dev.heddle.api.v1.ListRuleHitsRequest;
import dev.heddle.api.v1.ListTiersRequest;
import dev.heddle.api.v1.ListUplinksRequest;
import dev.heddle.api.v1.MemifStatus;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.PolicyLogEntry;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.RuleHits;
import dev.heddle.api.v1.UplinkStatus;
import dev.heddle.compile.CompiledRoutes.Match;
import dev.heddle.compile.NetworkSizes;
import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.IpSet;
import dev.heddle.model.Network;
import dev.heddle.model.Uplink;
import dev.heddle.worker.DryRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Says what there is, in the contract's messages. What a request names must be there.
 *
 * <p>Threading: while no update is under way.
 */
final class Listings {
  private final DesiredState state;
  private final PolicyLogBook policyLog;
  private final TableCompiler compiler;
  private final Ports ports;
  private final UnderlayNeighbours neighbours;
  private final RouteMeter meter;
  private final TableViews tables;
  private final Explanations explanations;
  private final LiveView live;

  /**
   * @param live for what is so when it is told, whatever is under way
   */
  Listings(
      DesiredState state,
      TableCompiler compiler,
      Ports ports,
      UnderlayNeighbours neighbours,
      RouteMeter meter,
      PolicyLogBook policyLog,
      DryRun dryRun,
      LiveView live) {
    this.live = live;
    this.policyLog = policyLog;
    this.state = state;
    this.compiler = compiler;
    this.ports = ports;
    this.neighbours = neighbours;
    this.meter = meter;
    tables = new TableViews(state, compiler, meter, live);
    explanations = new Explanations(state, compiler, dryRun);
  }

  /** Networks by name. */
  Iterable<NetworkStatus> networks(ListNetworksRequest request) {
    DesiredState then = state.share();
    NetworkSizes sizes = compiler.shareSizes();
    return some(
        "network",
        request.getName(),
        DesiredState::networks,
        network -> status(network, then, sizes));
  }

  private static NetworkStatus status(Network network, DesiredState then, NetworkSizes sizes) {
    int vrfIndex = then.vrfIndex(network.name());
    NetworkSizes.Size size = sizes.get(vrfIndex);
    return NetworkStatus.newBuilder()
        .setNetwork(NetworkReader.toMessage(network))
        .setVrfIndex(vrfIndex)
        .setRouteCount(size.routes())
        .setEndpointCount(then.endpointsOf(network.name()).size())
        .setMtu(then.mtuBytes(network))
        .setTableBytes(size.tableBytes())
        .build();
  }

  /** Endpoints by name; whether each is connected is as of when it is told. */
  Iterable<EndpointStatus> endpoints(ListEndpointsRequest request) {
    String network = request.getNetwork();
    checkThere("network", network, state.networks());
    DesiredState then = state.share();
    Iterable<Endpoint> found =
        some("endpoint", request.getName(), DesiredState::endpoints, endpoint -> endpoint);
    return () ->
        new LiveParts<>(
            StreamSupport.stream(found.spliterator(), false)
                .filter(each -> network.isEmpty() || each.network().equals(network))
                .iterator(),
            live,
            endpoint -> status(endpoint, then));
  }

  private EndpointStatus status(Endpoint endpoint, DesiredState then) {
    int interfaceIndex = then.interfaceIndex(endpoint.name());
    boolean isThere =
        state.endpoints().containsKey(endpoint.name())
            && state.interfaceIndex(endpoint.name()) == interfaceIndex;
    return EndpointStatus.newBuilder()
        .setEndpoint(EndpointReader.toMessage(endpoint))
        .setInterfaceIndex(interfaceIndex)
        .setConnected(isThere && ports.isConnected(interfaceIndex))
        .setMtu(endpoint.mtuBytes(then.mtuBytes(then.networks().get(endpoint.network()))))
        .build();
  }

  /** Other nodes by name. */
  Iterable<Node> nodes(ListNodesRequest request) {
    return some("node", request.getName(), DesiredState::nodes, NodeReader::toMessage);
  }

  /** Uplinks by name; the default one has none. */
  List<UplinkStatus> uplinks(ListUplinksRequest request) {
    if (!request.hasName()) {
      return state.uplinks().values().stream().map(this::status).toList();
    }
    Uplink uplink = state.uplinks().get(request.getName());
    if (uplink == null) {
      throw Mistakes.notFound("uplink", Names.orDefault(request.getName()));
    }
    return List.of(status(uplink));
  }

  private UplinkStatus status(Uplink uplink) {
    int interfaceIndex = compiler.underlay().interfaceIndex(uplink.name());
    UplinkPortStatus port = ports.uplinkStatus(interfaceIndex);
    UplinkStatus.Builder message =
        UplinkStatus.newBuilder()
            .setUplink(UplinkReader.toMessage(uplink))
            .setInterfaceIndex(interfaceIndex)
            .setMac(MacReader.toBytes(compiler.underlay().mac(uplink.name())))
            .setMtu(uplink.mtuBytes())
            .setLinkUp(port.linkUp())
            .setSpeedMbps(port.speedMbps())
            .setPromiscuous(port.promiscuous());
    port.statistics()
        .forEach((name, value) -> message.addStatisticsBuilder().setName(name).setValue(value));
    return message.build();
  }

  /** Tiers by name. */
  Iterable<dev.heddle.api.v1.Tier> tiers(ListTiersRequest request) {
    return some("tier", request.getName(), DesiredState::tiers, PolicyReader::toMessage);
  }

  /** Policies by name. */
  Iterable<dev.heddle.api.v1.Policy> policies(ListPoliciesRequest request) {
    return some("policy", request.getName(), DesiredState::policies, PolicyReader::toMessage);
  }

  /** Profiles by name. */
  Iterable<dev.heddle.api.v1.Profile> profiles(ListProfilesRequest request) {
    return some("profile", request.getName(), DesiredState::profiles, PolicyReader::toMessage);
  }

  /** IP sets by network and name. */
  Iterable<dev.heddle.api.v1.IpSet> ipSets(ListIpSetsRequest request) {
    checkThere("network", request.getNetwork(), state.networks());
    if (!request.getName().isEmpty()) {
      String key = IpSet.key(request.getNetwork(), request.getName());
      return some("IP set", key, DesiredState::ipSets, IpSetReader::toMessage);
    }
    Collection<IpSet> all = state.share().ipSets().values();
    return () ->
        all.stream()
            .filter(
                set -> request.getNetwork().isEmpty() || set.network().equals(request.getNetwork()))
            .map(IpSetReader::toMessage)
            .iterator();
  }

  /** How often rules decided, by endpoint, direction and order. */
  List<RuleHits> ruleHits(ListRuleHitsRequest request) {
    checkThere("endpoint", request.getEndpoint(), state.endpoints());
    List<RuleHits> hits = new ArrayList<>();
    for (String endpoint : state.endpoints().keySet()) {
      if (request.getEndpoint().isEmpty() || request.getEndpoint().equals(endpoint)) {
        addHits(endpoint, false, hits);
        addHits(endpoint, true, hits);
      }
    }
    return hits;
  }

  private void addHits(String endpoint, boolean ofIngress, List<RuleHits> hits) {
    List<RuleSource> sources = state.decisions(endpoint).of(ofIngress).sources();
    for (int i = 0; i < sources.size(); i++) {
      RuleSource source = sources.get(i);
      hits.add(
          RuleHits.newBuilder()
              .setEndpoint(endpoint)
              .setIngress(ofIngress)
              .setTier(source.tier())
              .setPolicy(source.policy())
              .setProfile(source.profile())
              .setRule(source.rule())
              .setAction(RuleReader.toMessage(source.action()))
              .setPackets(compiler.policies().hits(endpoint, ofIngress, i))
              .build());
    }
  }

  /** What Log rules noted, the oldest first. */
  List<PolicyLogEntry> policyLog(ListPolicyLogRequest request) {
    checkThere("endpoint", request.getEndpoint(), state.endpoints());
    return policyLog.entries(request.getEndpoint());
  }

  /** What would become of a packet, and why. */
  Explanation explain(ExplainRequest request) {
    return explanations.explain(request);
  }

  /** Neighbours on the underlay by uplink and address. */
  List<NeighbourStatus> neighbours() {
    Map<Integer, String> uplinks = new HashMap<>();
    state
        .uplinks()
        .keySet()
        .forEach(name -> uplinks.put(compiler.underlay().interfaceIndex(name), name));
    return neighbours.known().stream()
        .filter(each -> uplinks.containsKey(each.interfaceIndex()))
        .sorted(
            Comparator.<KnownNeighbour, String>comparing(each -> uplinks.get(each.interfaceIndex()))
                .thenComparing(KnownNeighbour::address))
        .map(each -> status(each, uplinks.get(each.interfaceIndex())))
        .toList();
  }

  private static NeighbourStatus status(KnownNeighbour neighbour, String uplink) {
    return NeighbourStatus.newBuilder()
        .setUplink(uplink)
        .setInterfaceIndex(neighbour.interfaceIndex())
        .setAddress(AddressReader.toBytes(neighbour.address()))
        .setMac(neighbour.mac() == 0 ? ByteString.EMPTY : MacReader.toBytes(neighbour.mac()))
        .setState(
            switch (neighbour.state()) {
              case INCOMPLETE -> NeighbourStatus.State.STATE_INCOMPLETE;
              case REACHABLE -> NeighbourStatus.State.STATE_REACHABLE;
              case PROBE -> NeighbourStatus.State.STATE_PROBE;
            })
        .setAgeMs(neighbour.ageMs())
        .build();
  }

  /** Whether endpoints are connected and uplinks can carry packets. */
  Map<Observation, Boolean> observed() {
    Map<Observation, Boolean> observed = new HashMap<>();
    state
        .endpoints()
        .keySet()
        .forEach(name ->
            observed.put(
                new Observation(Observation.Kind.ENDPOINT, name),
                ports.isConnected(compiler.interfaceIndex(name))));
    state
        .uplinks()
        .keySet()
        .forEach(name ->
            observed.put(
                new Observation(Observation.Kind.UPLINK, name),
                ports.uplinkStatus(compiler.underlay().interfaceIndex(name)).linkUp()));
    return observed;
  }

  /** How many routes a listing would show at most. */
  long routeCount(ListRoutesRequest request) {
    String network = request.getNetwork();
    checkThere("network", network, state.networks());
    return request.hasPrefix()
        ? 1
        : network.isEmpty() ? compiler.totalRoutes() : compiler.routeCount(network);
  }

  /** Routes, network by network. */
  Iterable<Routes> routes(ListRoutesRequest request) {
    String network = request.getNetwork();
    checkThere("network", network, state.networks());
    if (request.hasPrefix()) {
      return List.of(route(request));
    }
    RouteSnapshot routes =
        new RouteSnapshot(
            state.share(),
            compiler
                .routes()
                .share(network.isEmpty() ? state.networks().keySet() : List.of(network)),
            counted -> live.look(counted, this::count));
    return () -> routes;
  }

  /** What a route has counted until now, if it is still there. */
  private RouteSnapshot.Counted count(RouteSnapshot.Counted route) {
    int id = route.routeId();
    return compiler.routes().isStill(id, route.word())
        ? route.with(meter.packets(id), meter.bytes(id))
        : route;
  }

  private Routes route(ListRoutesRequest request) {
    Routes.Builder route = Routes.newBuilder().setNetwork(request.getNetwork());
    Mistakes mistakes = new Mistakes();
    Field at = Field.ofRequest(mistakes, "routes of network", request.getNetwork());
    if (request.getNetwork().isEmpty()) {
      at.invalid("network", "", "a prefix is looked for in one network; name it");
    }
    IpPrefix prefix = AddressReader.prefix(request.getPrefix(), at, "prefix");
    if (mistakes.isEmpty()) {
      compiler
          .routes()
          .forEach(
              request.getNetwork(),
              prefix,
              1,
              (found, nextHops, routeId) ->
                  tell(new Match(found, 0, nextHops, routeId), prefix, route));
      if (route.getPrefixesCount() == 0) {
        at.notFound(
            "prefix",
            AddressReader.text(prefix),
            "no such route; list those of the network to see");
      }
    }
    if (!mistakes.isEmpty()) {
      throw mistakes.toException();
    }
    return route.build();
  }

  private void tell(Match found, IpPrefix wanted, Routes.Builder route) {
    if (found.prefix().equals(wanted)
        && RouteSnapshot.isOperators(state, route.getNetwork(), found)) {
      route
          .addPrefixes(AddressReader.toMessage(wanted))
          .addAllNextHops(NextHopReader.toMessages(found.nextHops()));
      if (found.routeId() >= 0) {
        route.addPackets(meter.packets(found.routeId())).addBytes(meter.bytes(found.routeId()));
      }
    }
  }

  /** Messages that the model alone tells, made as they are read. */
  private <T, M> Iterable<M> some(
      String kind,
      String name,
      Function<DesiredState, Map<String, T>> kinds,
      Function<T, M> toMessage) {
    checkThere(kind, name, kinds.apply(state));
    Collection<T> all =
        name.isEmpty()
            ? kinds.apply(state.share()).values()
            : List.of(kinds.apply(state).get(name));
    return () -> all.stream().map(toMessage).iterator();
  }

  /** Memif interfaces, of endpoints and then of uplinks. */
  Iterable<MemifStatus> memifs() {
    return new MemifViews(state, compiler, ports, live).all();
  }

  /** What the workers' tables hold. */
  TableViews tables() {
    return tables;
  }

  /** Refuses a name that nothing has; an empty one names nothing. */
  static void checkThere(String kind, String name, Map<String, ?> all) {
    if (!name.isEmpty() && !all.containsKey(name)) {
      throw Mistakes.notFound(kind, name);
    }
  }
}
