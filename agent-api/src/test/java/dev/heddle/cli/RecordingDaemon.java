package dev.heddle.cli;

import dev.heddle.api.v1.Applied;
import dev.heddle.api.v1.EndpointStatus;
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
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.Transaction;
import dev.heddle.api.v1.UplinkStatus;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Takes down what a client asks over a real socket, and answers with what a test put here. */
final class RecordingDaemon extends HeddleGrpc.HeddleImplBase {
  final List<Operation> applied = new ArrayList<>();
  final List<NetworkStatus> networks = new ArrayList<>();
  final List<EndpointStatus> endpoints = new ArrayList<>();
  final List<Routes> routes = new ArrayList<>();
  final List<UplinkStatus> uplinks = new ArrayList<>();
  final List<Node> nodes = new ArrayList<>();
  final List<NeighbourStatus> neighbours = new ArrayList<>();
  Status refusal = Status.OK;

  private final EventLoopGroup eventLoop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private Server server;

  /** Serves on a socket. */
  static RecordingDaemon on(Path socket) throws IOException {
    RecordingDaemon daemon = new RecordingDaemon();
    daemon.server =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(daemon.eventLoop)
            .workerEventLoopGroup(daemon.eventLoop)
            .directExecutor()
            .addService(daemon)
            .build()
            .start();
    return daemon;
  }

  @Override
  public StreamObserver<Transaction> apply(StreamObserver<Applied> reply) {
    return new StreamObserver<>() {
      private final List<Operation> operations = new ArrayList<>();

      @Override
      public void onNext(Transaction chunk) {
        operations.addAll(chunk.getOperationsList());
      }

      @Override
      public void onError(Throwable cancelled) {
        operations.clear();
      }

      @Override
      public void onCompleted() {
        if (!refusal.isOk()) {
          reply.onError(refusal.asRuntimeException());
          return;
        }
        applied.addAll(operations);
        reply.onNext(Applied.newBuilder().setRevision(applied.size()).build());
        reply.onCompleted();
      }
    };
  }

  @Override
  public void listNetworks(ListNetworksRequest request, StreamObserver<NetworkStatus> reply) {
    networks.forEach(reply::onNext);
    reply.onCompleted();
  }

  @Override
  public void listEndpoints(ListEndpointsRequest request, StreamObserver<EndpointStatus> reply) {
    endpoints.forEach(reply::onNext);
    reply.onCompleted();
  }

  @Override
  public void listUplinks(ListUplinksRequest request, StreamObserver<UplinkStatus> reply) {
    uplinks.forEach(reply::onNext);
    reply.onCompleted();
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<Node> reply) {
    nodes.forEach(reply::onNext);
    reply.onCompleted();
  }

  @Override
  public void listNeighbours(ListNeighboursRequest request, StreamObserver<NeighbourStatus> reply) {
    neighbours.forEach(reply::onNext);
    reply.onCompleted();
  }

  @Override
  public void listRoutes(ListRoutesRequest request, StreamObserver<Routes> reply) {
    routes.stream()
        .filter(each ->
            request.getNetwork().isEmpty() || each.getNetwork().equals(request.getNetwork()))
        .forEach(reply::onNext);
    reply.onCompleted();
  }

  void close() throws InterruptedException {
    server.shutdownNow().awaitTermination();
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }
}
