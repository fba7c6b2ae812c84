package dev.heddle.control;

import dev.heddle.api.v1.Applied;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.api.v1.Explanation;
import dev.heddle.api.v1.GetServerInfoRequest;
import dev.heddle.api.v1.HeddleGrpc;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.Limits;
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
import dev.heddle.api.v1.LookUpRouteRequest;
import dev.heddle.api.v1.MemifStatus;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Planned;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyLogEntry;
import dev.heddle.api.v1.Profile;
import dev.heddle.api.v1.RouteLookup;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.RuleHits;
import dev.heddle.api.v1.ServerInfo;
import dev.heddle.api.v1.Tier;
import dev.heddle.api.v1.Transaction;
import dev.heddle.api.v1.TunnelStatus;
import dev.heddle.api.v1.UplinkStatus;
import dev.heddle.api.v1.WatchReply;
import dev.heddle.api.v1.WatchRequest;
import dev.heddle.api.v1.WorkerStatus;
import dev.heddle.compile.TableCompiler;
import dev.heddle.model.RouterMac;
import dev.heddle.model.Uplink;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** The control interface's calls, which it hands to the {@link ControlPlane}. */
public final class HeddleService extends HeddleGrpc.HeddleImplBase {
  private static final List<String> CAPABILITIES =
      List.of("replace", "watch", "network-quotas", "views", "plan", "secret-set");

  private final long startNs = System.nanoTime();
  private final ControlPlane controlPlane;
  private final TransactionRoom room;
  private final ServerInfo self;
  private final Workers workers;
  private final Watches watches;

  /**
   * @param room for transactions
   * @param self what clients are told of this daemon; what changes and what is fixed is added
   */
  public HeddleService(
      ControlPlane controlPlane,
      TransactionRoom room,
      ServerInfo self,
      Workers workers,
      Watches watches) {
    this.workers = workers;
    this.watches = watches;
    this.controlPlane = controlPlane;
    this.room = room;
    this.self = self;
  }

  @Override
  public StreamObserver<Transaction> apply(StreamObserver<Applied> reply) {
    return new ApplyRequest<>(
        chunks -> applied(controlPlane.apply(chunks)),
        room,
        (ServerCallStreamObserver<Applied>) reply,
        false);
  }

  @Override
  public StreamObserver<Transaction> replace(StreamObserver<Applied> reply) {
    return new ApplyRequest<>(
        chunks -> applied(controlPlane.replace(chunks)),
        room,
        (ServerCallStreamObserver<Applied>) reply,
        true);
  }

  private static Applied applied(long revision) {
    return Applied.newBuilder().setRevision(revision).build();
  }

  @Override
  public StreamObserver<Transaction> plan(StreamObserver<Planned> reply) {
    return plan(reply, false);
  }

  @Override
  public StreamObserver<Transaction> planReplace(StreamObserver<Planned> reply) {
    return plan(reply, true);
  }

  private StreamObserver<Transaction> plan(StreamObserver<Planned> reply, boolean replacement) {
    return new ApplyRequest<>(
        chunks -> controlPlane.plan(chunks, replacement),
        room,
        (ServerCallStreamObserver<Planned>) reply,
        replacement);
  }

  @Override
  public void listNetworks(ListNetworksRequest request, StreamObserver<NetworkStatus> reply) {
    list(listings -> listings.networks(request), reply);
  }

  @Override
  public void listEndpoints(ListEndpointsRequest request, StreamObserver<EndpointStatus> reply) {
    list(listings -> listings.endpoints(request), reply);
  }

  @Override
  public void listUplinks(ListUplinksRequest request, StreamObserver<UplinkStatus> reply) {
    list(listings -> listings.uplinks(request), reply);
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<Node> reply) {
    list(listings -> listings.nodes(request), reply);
  }

  @Override
  public void listTiers(ListTiersRequest request, StreamObserver<Tier> reply) {
    list(listings -> listings.tiers(request), reply);
  }

  @Override
  public void listPolicies(ListPoliciesRequest request, StreamObserver<Policy> reply) {
    list(listings -> listings.policies(request), reply);
  }

  @Override
  public void listProfiles(ListProfilesRequest request, StreamObserver<Profile> reply) {
    list(listings -> listings.profiles(request), reply);
  }

  @Override
  public void listIpSets(ListIpSetsRequest request, StreamObserver<IpSet> reply) {
    list(listings -> listings.ipSets(request), reply);
  }

  @Override
  public void listRuleHits(ListRuleHitsRequest request, StreamObserver<RuleHits> reply) {
    list(listings -> listings.ruleHits(request), reply);
  }

  @Override
  public void listNeighbours(ListNeighboursRequest request, StreamObserver<NeighbourStatus> reply) {
    list(Listings::neighbours, reply);
  }

  @Override
  public void listMemifs(ListMemifsRequest request, StreamObserver<MemifStatus> reply) {
    list(Listings::memifs, reply);
  }

  @Override
  public void listTunnels(ListTunnelsRequest request, StreamObserver<TunnelStatus> reply) {
    list(listings -> listings.tables().tunnels(request), reply);
  }

  @Override
  public void listPolicyLog(ListPolicyLogRequest request, StreamObserver<PolicyLogEntry> reply) {
    list(listings -> listings.policyLog(request), reply);
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<Explanation> reply) {
    list(listings -> List.of(listings.explain(request)), reply);
  }

  @Override
  public void lookUpRoute(LookUpRouteRequest request, StreamObserver<RouteLookup> reply) {
    list(listings -> List.of(listings.tables().lookUp(request)), reply);
  }

  @Override
  public void listRoutes(ListRoutesRequest request, StreamObserver<Routes> reply) {
    AtomicLong taken = new AtomicLong();
    list(
        listings -> {
          long bytes = listings.routeCount(request) * RouteSnapshot.ROUTE_BYTES;
          takeRoom(bytes);
          taken.set(bytes);
          return listings.routes(request);
        },
        reply,
        () -> room.giveBack(taken.getAndSet(0)));
  }

  private void takeRoom(long bytes) {
    if (!room.take(bytes)) {
      throw Refusals.exhausted(
          "LISTING_ROOM",
          "node",
          "routes: size %d: transactions and listings under way leave room for %d bytes more;"
                  .formatted(bytes, room.freeBytes())
              + " list them again after those, or network by network");
    }
  }

  private <T> void list(
      Function<Listings, ? extends Iterable<T>> listing, StreamObserver<T> reply) {
    list(listing, reply, () -> {});
  }

  /**
   * @param onEnd run once the reply needs nothing any more, perhaps more than once
   */
  private <T> void list(
      Function<Listings, ? extends Iterable<T>> listing, StreamObserver<T> reply, Runnable onEnd) {
    try {
      Listed<T> listed = controlPlane.list(listing);
      RevisionReply.tell(listed.revision());
      new PagedReply<>(reply, listed.items(), onEnd).start();
    } catch (StatusRuntimeException e) {
      onEnd.run();
      reply.onError(e);
    }
  }

  @Override
  public void listWorkers(ListWorkersRequest request, StreamObserver<WorkerStatus> reply) {
    for (int worker = 0; worker < workers.count(); worker++) {
      reply.onNext(workers.status(worker));
    }
    reply.onCompleted();
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchReply> reply) {
    watches.add(request, (ServerCallStreamObserver<WatchReply>) reply);
  }

  @Override
  public void getServerInfo(GetServerInfoRequest request, StreamObserver<ServerInfo> reply) {
    reply.onNext(
        self.toBuilder()
            .setRevision(controlPlane.revision())
            .setRouterMac(MacReader.toBytes(RouterMac.ADDRESS))
            .setUptimeMs(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs))
            .setLimits(limits())
            .addAllCapabilities(CAPABILITIES)
            .build());
    reply.onCompleted();
  }

  private Limits limits() {
    return Limits.newBuilder()
        .setMessageBytes(ApiLimits.MESSAGE_BYTES)
        .setTransactionBytes(room.limitBytes())
        .setCallsPerConnection(ApiLimits.CALLS_PER_CONNECTION)
        .setConnectionsPerClient(ApiLimits.CONNECTIONS_PER_CLIENT)
        .setNetworks(Staging.MAX_NETWORKS)
        .setEndpoints(controlPlane.maxEndpoints())
        .setRoutes(TableCompiler.MAX_ROUTES)
        .setNodes(dev.heddle.model.Node.MAX_NODES)
        .setUplinks(Uplink.MAX_UPLINKS)
        .setWatches(ApiLimits.WATCHES)
        .build();
  }
}
