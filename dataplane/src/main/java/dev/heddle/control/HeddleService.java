package dev.heddle.control;

import dev.heddle.api.v1.Applied;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.GetServerInfoRequest;
import dev.heddle.api.v1.HeddleGrpc;
import dev.heddle.api.v1.ListEndpointsRequest;
import dev.heddle.api.v1.ListNeighboursRequest;
import dev.heddle.api.v1.ListNetworksRequest;
import dev.heddle.api.v1.ListNodesRequest;
import dev.heddle.api.v1.ListRoutesRequest;
import dev.heddle.api.v1.ListUplinksRequest;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.ServerInfo;
import dev.heddle.api.v1.Transaction;
import dev.heddle.api.v1.UplinkStatus;
import dev.heddle.model.RouterMac;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The control interface's calls, which it hands to the {@link ControlPlane}. */
public final class HeddleService extends HeddleGrpc.HeddleImplBase {
  private final ControlPlane controlPlane;
  private final TransactionRoom room;
  private final ServerInfo self;

  /**
   * @param room for transactions
   * @param self what clients are told of this daemon; revision and router are added
   */
  public HeddleService(ControlPlane controlPlane, TransactionRoom room, ServerInfo self) {
    this.controlPlane = controlPlane;
    this.room = room;
    this.self = self;
  }

  @Override
  public StreamObserver<Transaction> apply(StreamObserver<Applied> reply) {
    return new ApplyRequest(controlPlane, room, (ServerCallStreamObserver<Applied>) reply, false);
  }

  @Override
  public StreamObserver<Transaction> replace(StreamObserver<Applied> reply) {
    return new ApplyRequest(controlPlane, room, (ServerCallStreamObserver<Applied>) reply, true);
  }

  @Override
  public void listNetworks(ListNetworksRequest request, StreamObserver<NetworkStatus> reply) {
    String name = request.getName();
    List<NetworkStatus> found =
        controlPlane.networks().stream()
            .filter(status -> name.isEmpty() || status.getNetwork().getName().equals(name))
            .toList();
    if (found.isEmpty() && !name.isEmpty()) {
      reply.onError(notFound("network", name));
      return;
    }
    new PagedReply<>(reply, found).start();
  }

  @Override
  public void listEndpoints(ListEndpointsRequest request, StreamObserver<EndpointStatus> reply) {
    String name = request.getName();
    String network = request.getNetwork();
    if (!network.isEmpty() && !networkExists(network)) {
      reply.onError(notFound("network", network));
      return;
    }
    List<EndpointStatus> found =
        controlPlane.endpoints().stream()
            .filter(status -> name.isEmpty() || status.getEndpoint().getName().equals(name))
            .filter(
                status -> network.isEmpty() || status.getEndpoint().getNetwork().equals(network))
            .toList();
    if (found.isEmpty() && !name.isEmpty()) {
      reply.onError(notFound("endpoint", name));
      return;
    }
    new PagedReply<>(reply, found).start();
  }

  @Override
  public void listUplinks(ListUplinksRequest request, StreamObserver<UplinkStatus> reply) {
    new PagedReply<>(reply, controlPlane.uplinks()).start();
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<Node> reply) {
    String name = request.getName();
    List<Node> found =
        controlPlane.nodes().stream()
            .filter(node -> name.isEmpty() || node.getName().equals(name))
            .toList();
    if (found.isEmpty() && !name.isEmpty()) {
      reply.onError(notFound("node", name));
      return;
    }
    new PagedReply<>(reply, found).start();
  }

  @Override
  public void listNeighbours(ListNeighboursRequest request, StreamObserver<NeighbourStatus> reply) {
    new PagedReply<>(reply, controlPlane.neighbours()).start();
  }

  @Override
  public void listRoutes(ListRoutesRequest request, StreamObserver<Routes> reply) {
    String network = request.getNetwork();
    if (!network.isEmpty() && !networkExists(network)) {
      reply.onError(notFound("network", network));
      return;
    }
    List<String> networks =
        network.isEmpty()
            ? controlPlane.networks().stream().map(s -> s.getNetwork().getName()).toList()
            : List.of(network);
    new PagedReply<>(reply, new RouteListing(controlPlane, networks)).start();
  }

  @Override
  public void getServerInfo(GetServerInfoRequest request, StreamObserver<ServerInfo> reply) {
    reply.onNext(
        self.toBuilder()
            .setRevision(controlPlane.revision())
            .setRouterMac(MacReader.toBytes(RouterMac.ADDRESS))
            .build());
    reply.onCompleted();
  }

  private boolean networkExists(String name) {
    return controlPlane.networks().stream()
        .anyMatch(status -> status.getNetwork().getName().equals(name));
  }

  private static StatusRuntimeException notFound(String kind, String name) {
    String shown = Mistakes.shown(name);
    return Status.NOT_FOUND
        .withDescription(
            "%s %s: name %s: no such %s; list them all to see".formatted(kind, shown, shown, kind))
        .asRuntimeException();
  }
}
