package dev.heddle.api;

import dev.heddle.api.v1.AddTraceRequest;
import dev.heddle.api.v1.CaptureStatus;
import dev.heddle.api.v1.ClearTraceRequest;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.api.v1.Explanation;
import dev.heddle.api.v1.GetLogLevelRequest;
import dev.heddle.api.v1.GetServerInfoRequest;
import dev.heddle.api.v1.HeddleGrpc;
import dev.heddle.api.v1.HeddleGrpc.HeddleBlockingStub;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.ListCapturesRequest;
import dev.heddle.api.v1.ListEndpointsRequest;
import dev.heddle.api.v1.ListIpSetsRequest;
import dev.heddle.api.v1.ListMemifsRequest;
import dev.heddle.api.v1.ListNeighboursRequest;
import dev.heddle.api.v1.ListNetworksRequest;
import dev.heddle.api.v1.ListNodesRequest;
import dev.heddle.api.v1.ListPoliciesRequest;
import dev.heddle.api.v1.ListPolicyLogRequest;
import dev.heddle.api.v1.ListProfilesRequest;
import dev.heddle.api.v1.ListRoutesRequest;
import dev.heddle.api.v1.ListRuleHitsRequest;
import dev.heddle.api.v1.ListTiersRequest;
import dev.heddle.api.v1.ListTunnelsRequest;
import dev.heddle.api.v1.ListUplinksRequest;
import dev.heddle.api.v1.ListWorkersRequest;
import dev.heddle.api.v1.LogLevelStatus;
import dev.heddle.api.v1.LookUpRouteRequest;
import dev.heddle.api.v1.MemifStatus;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.ObservationGrpc;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Planned;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyLogEntry;
import dev.heddle.api.v1.Profile;
import dev.heddle.api.v1.RouteLookup;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.RuleHits;
import dev.heddle.api.v1.ServerInfo;
import dev.heddle.api.v1.SetLogLevelRequest;
import dev.heddle.api.v1.ShowTraceRequest;
import dev.heddle.api.v1.StartCaptureRequest;
import dev.heddle.api.v1.StopCaptureRequest;
import dev.heddle.api.v1.Tier;
import dev.heddle.api.v1.TraceStatus;
import dev.heddle.api.v1.TracedPacket;
import dev.heddle.api.v1.Transaction;
import dev.heddle.api.v1.TunnelStatus;
import dev.heddle.api.v1.UplinkStatus;
import dev.heddle.api.v1.WatchRequest;
import dev.heddle.api.v1.WorkerStatus;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A connection to a daemon's control interface through its Unix socket.
 *
 * <p>The methods may be called from any thread. They throw {@link StatusRuntimeException}: the
 * status description of a refusal has a line for each mistake; the code is UNAVAILABLE when no
 * daemon listens and DEADLINE_EXCEEDED when it does not answer in time.
 */
public final class HeddleClient implements AutoCloseable {
  private final EventLoopGroup eventLoop;
  private final ManagedChannel channel;
  private final Duration timeout;

  private HeddleClient(Path socket, Duration timeout) {
    this.timeout = timeout;
    eventLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .overrideAuthority("localhost")
            .negotiationType(NegotiationType.PLAINTEXT)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(eventLoop)
            // Nothing that a reply sets off waits, so it need not go through another thread.
            .directExecutor()
            .build();
  }

  /**
   * Prepares a client; the connection is made by the first call.
   *
   * @param socket path of the daemon's socket
   * @param timeout how long each call may take
   */
  public static HeddleClient connect(Path socket, Duration timeout) {
    return new HeddleClient(socket, timeout);
  }

  /**
   * Applies the operations as one transaction and returns when every worker runs it.
   *
   * @return the revision that holds them
   */
  public long apply(Iterable<Operation> operations) {
    return transact(HeddleGrpc.getApplyMethod(), operations).getRevision();
  }

  /** Applies the operations as one transaction and returns when every worker runs it. */
  public long apply(Operation... operations) {
    return apply(List.of(operations));
  }

  /**
   * Replaces the whole state by what the operations tell, none of which deletes, and returns when
   * every worker runs it.
   *
   * @return the revision that holds it; the present one if nothing differs
   */
  public long replace(Iterable<Operation> operations) {
    return transact(HeddleGrpc.getReplaceMethod(), operations).getRevision();
  }

  /**
   * What the operations would change; nothing is changed.
   *
   * @param replace whether they would be the whole state, as in {@link #replace}
   */
  public Planned plan(Iterable<Operation> operations, boolean replace) {
    return transact(
        replace ? HeddleGrpc.getPlanReplaceMethod() : HeddleGrpc.getPlanMethod(), operations);
  }

  /** All networks, by name. */
  public List<NetworkStatus> networks() {
    return listNetworks().items();
  }

  /** The network of this name, or all if it is empty. */
  public List<NetworkStatus> networks(String name) {
    return collect(stub().listNetworks(ListNetworksRequest.newBuilder().setName(name).build()));
  }

  /** All networks, by name, and the revision. */
  public Listing<NetworkStatus> listNetworks() {
    return list(stub -> stub.listNetworks(ListNetworksRequest.getDefaultInstance()));
  }

  /** All endpoints, by name. */
  public List<EndpointStatus> endpoints() {
    return listEndpoints().items();
  }

  /** The endpoint of this name, or all if it is empty. */
  public List<EndpointStatus> endpoints(String name) {
    return collect(stub().listEndpoints(ListEndpointsRequest.newBuilder().setName(name).build()));
  }

  /** All endpoints, by name, and the revision. */
  public Listing<EndpointStatus> listEndpoints() {
    return list(stub -> stub.listEndpoints(ListEndpointsRequest.getDefaultInstance()));
  }

  /** All uplinks and their ports as they are now, by name. */
  public List<UplinkStatus> uplinks() {
    return listUplinks().items();
  }

  /** All uplinks and their ports as they are now, by name, and the revision. */
  public Listing<UplinkStatus> listUplinks() {
    return list(stub -> stub.listUplinks(ListUplinksRequest.getDefaultInstance()));
  }

  /** All other nodes, by name. */
  public List<Node> nodes() {
    return listNodes().items();
  }

  /** The other node of this name, or all if it is empty. */
  public List<Node> nodes(String name) {
    return collect(stub().listNodes(ListNodesRequest.newBuilder().setName(name).build()));
  }

  /** All other nodes, by name, and the revision. */
  public Listing<Node> listNodes() {
    return list(stub -> stub.listNodes(ListNodesRequest.getDefaultInstance()));
  }

  /** The routes of a network together, which may be millions, and the revision. */
  public Listing<Routes> listRoutes(String network) {
    return list(
        stub -> stub.listRoutes(ListRoutesRequest.newBuilder().setNetwork(network).build()));
  }

  /** All tiers, by name. */
  public List<Tier> tiers() {
    return collect(stub().listTiers(ListTiersRequest.getDefaultInstance()));
  }

  /** All policies, by name. */
  public List<Policy> policies() {
    return collect(stub().listPolicies(ListPoliciesRequest.getDefaultInstance()));
  }

  /** All profiles, by name. */
  public List<Profile> profiles() {
    return collect(stub().listProfiles(ListProfilesRequest.getDefaultInstance()));
  }

  /** All IP sets, by network and name. */
  public List<IpSet> ipSets() {
    return collect(stub().listIpSets(ListIpSetsRequest.getDefaultInstance()));
  }

  /**
   * How often rules decided about endpoints' packets.
   *
   * @param endpoint only about this one's; empty: about all
   */
  public List<RuleHits> ruleHits(String endpoint) {
    return collect(
        stub().listRuleHits(ListRuleHitsRequest.newBuilder().setEndpoint(endpoint).build()));
  }

  /** Whom tunnel packets are sent to on the physical networks. */
  public List<NeighbourStatus> neighbours() {
    return collect(stub().listNeighbours(ListNeighboursRequest.getDefaultInstance()));
  }

  /** The tunnels to the node of this name, or to all if it is empty, by node and uplink. */
  public List<TunnelStatus> tunnels(String node) {
    return collect(stub().listTunnels(ListTunnelsRequest.newBuilder().setNode(node).build()));
  }

  /** All memif interfaces and their rings as they are now. */
  public List<MemifStatus> memifs() {
    return collect(stub().listMemifs(ListMemifsRequest.getDefaultInstance()));
  }

  /** The workers by number, and which queues each polls. */
  public List<WorkerStatus> workers() {
    return collect(stub().listWorkers(ListWorkersRequest.getDefaultInstance()));
  }

  /** Which route of a network covers an address, and where packets to it go. */
  public RouteLookup lookUpRoute(LookUpRouteRequest request) {
    return stub().lookUpRoute(request);
  }

  /**
   * The packets that Log rules noted last, the oldest first.
   *
   * @param endpoint only of this one's policy; empty: of all
   */
  public List<PolicyLogEntry> policyLog(String endpoint) {
    return collect(
        stub().listPolicyLog(ListPolicyLogRequest.newBuilder().setEndpoint(endpoint).build()));
  }

  /** What would become of a packet, and why. */
  public Explanation explain(ExplainRequest request) {
    return stub().explain(request);
  }

  /** The routes of a network; read as they come, since there may be millions. */
  public Iterator<Routes> routes(String network) {
    return stub().listRoutes(ListRoutesRequest.newBuilder().setNetwork(network).build());
  }

  /**
   * Changes as they are applied and what is observed, until the returned watch is closed. It is not
   * bound by the timeout.
   */
  public Watch watch(WatchRequest request) {
    return Watch.start(HeddleGrpc.newBlockingV2Stub(channel).watch(request));
  }

  /** Which daemon answers. */
  public ServerInfo serverInfo() {
    return stub().getServerInfo(GetServerInfoRequest.getDefaultInstance());
  }

  /** Starts to write packets to a file; returns when every worker takes part. */
  public CaptureStatus startCapture(StartCaptureRequest request) {
    return observation().startCapture(request);
  }

  /** Ends a capture and returns when its file is complete. */
  public CaptureStatus stopCapture(int number) {
    return observation().stopCapture(StopCaptureRequest.newBuilder().setNumber(number).build());
  }

  /** Captures under way, and the last ones that have ended. */
  public List<CaptureStatus> captures() {
    return collect(observation().listCaptures(ListCapturesRequest.getDefaultInstance()));
  }

  /** Traces the next packets. */
  public TraceStatus addTrace(AddTraceRequest request) {
    return observation().addTrace(request);
  }

  /** What became of the packets that were traced, the oldest first. */
  public List<TracedPacket> trace() {
    return collect(observation().showTrace(ShowTraceRequest.getDefaultInstance()));
  }

  /** Traces no more packets and forgets those that were. */
  public TraceStatus clearTrace() {
    return observation().clearTrace(ClearTraceRequest.getDefaultInstance());
  }

  /** What the daemon logs. */
  public LogLevelStatus logLevel() {
    return observation().getLogLevel(GetLogLevelRequest.getDefaultInstance());
  }

  /** Changes what the daemon logs. */
  public LogLevelStatus setLogLevel(LogLevelStatus.Level level) {
    return observation().setLogLevel(SetLogLevelRequest.newBuilder().setLevel(level).build());
  }

  private ObservationGrpc.ObservationBlockingStub observation() {
    return ObservationGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private HeddleBlockingStub stub() {
    return HeddleGrpc.newBlockingStub(channel)
        .withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private <R> R transact(MethodDescriptor<Transaction, R> method, Iterable<Operation> operations) {
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
    return new ApplyCall<>(channel, method, options).run(operations.iterator());
  }

  private <T> Listing<T> list(Function<HeddleBlockingStub, Iterator<T>> call) {
    AtomicReference<Metadata> headers = new AtomicReference<>();
    HeddleBlockingStub stub =
        stub()
            .withInterceptors(
                MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));
    return Listing.collect(call.apply(stub), headers);
  }

  private static <T> List<T> collect(Iterator<T> stream) {
    List<T> items = new ArrayList<>();
    stream.forEachRemaining(items::add);
    return items;
  }

  /** Ends the connection. */
  @Override
  public void close() {
    channel.shutdownNow();
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
