package dev.heddle.control;

import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Listing;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.HeddleGrpc;
import dev.heddle.api.v1.ListNodesRequest;
import dev.heddle.api.v1.ListRoutesRequest;
import dev.heddle.api.v1.ListTunnelsRequest;
import dev.heddle.api.v1.ListUplinksRequest;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.TunnelStatus;
import io.grpc.ManagedChannel;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listings show: one revision, whatever happens meanwhile, and single objects. */
class ListingTest {
  private static final int ROUTES = 20_000;
  private static final int LISTINGS = 40;
  private static final int NODES = 4_000;

  /** Less than a message of many routes. */
  private static final int WINDOW_BYTES = 64 << 10;

  private ControlFixture daemon;
  private EventLoopGroup eventLoop;
  private ManagedChannel channel;
  private HeddleGrpc.HeddleBlockingStub stub;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
    eventLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(daemon.socket))
            .overrideAuthority("localhost")
            .negotiationType(NegotiationType.PLAINTEXT)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(eventLoop)
            .flowControlWindow(WINDOW_BYTES)
            .build();
    stub = HeddleGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() throws IOException {
    channel.shutdownNow();
    eventLoop.shutdownGracefully();
    daemon.close();
  }

  private static List<Prefix> prefixes() {
    List<Prefix> prefixes = new ArrayList<>();
    for (int i = 0; i < ROUTES; i++) {
      int address = 0x1400_0000 + (i << 8);
      prefixes.add(
          Prefix.newBuilder()
              .setAddress(ByteString.copyFrom(ByteBuffer.allocate(4).putInt(address).flip()))
              .setLength(24)
              .build());
    }
    return prefixes;
  }

  @Test
  void shouldShowTheRoutesOfOneRevisionWhileTheyChange() {
    String first = "1.0.0.0/8";
    String last = "200.0.0.0/8";
    daemon.client.apply(
        upsert(network("blue", 56, "172.19.0.0/16")),
        upsertRoute("blue", first, drop()),
        upsert(
            Routes.newBuilder()
                .setNetwork("blue")
                .addAllPrefixes(prefixes())
                .addNextHops(drop())
                .build()));
    AtomicBoolean isEnough = new AtomicBoolean();
    CompletableFuture<Void> changes =
        CompletableFuture.runAsync(() -> {
          while (!isEnough.get()) {
            daemon.client.apply(deleteRoute("blue", first), upsertRoute("blue", last, drop()));
            daemon.client.apply(deleteRoute("blue", last), upsertRoute("blue", first, drop()));
          }
        });
    Set<Long> revisions = new HashSet<>();
    for (int i = 0; i < LISTINGS || revisions.size() < 2; i++) {
      Listing<Routes> listing = daemon.client.listRoutes("blue");
      List<String> texts =
          listing.items().stream()
              .flatMap(routes -> routes.getPrefixesList().stream())
              .map(Addresses::format)
              .toList();
      boolean isFirst = listing.revision() % 2 == 1;
      assertThat(texts).hasSize(ROUTES + 1);
      assertThat(texts.getFirst().equals(first)).isEqualTo(isFirst);
      assertThat(texts.getLast().equals(last)).isEqualTo(!isFirst);
      revisions.add(listing.revision());
    }
    isEnough.set(true);
    changes.join();
    assertThat(daemon.room.freeBytes()).isEqualTo(ControlFixture.ROOM_BYTES);
  }

  private static List<String> texts(Iterable<Routes> routes) {
    List<String> texts = new ArrayList<>();
    routes.forEach(
        each -> each.getPrefixesList().forEach(prefix -> texts.add(Addresses.format(prefix))));
    return texts;
  }

  /** A client that takes one message of a listing, and no more before it is told to. */
  private static final class SlowReader<Q, T> implements ClientResponseObserver<Q, T> {
    private final Queue<T> read = new ConcurrentLinkedQueue<>();
    private final CountDownLatch isBegun = new CountDownLatch(1);
    private final CompletableFuture<Void> isRead = new CompletableFuture<>();
    private ClientCallStreamObserver<Q> call;
    private volatile boolean goesOn;

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> itsCall) {
      call = itsCall;
      call.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(T message) {
      read.add(message);
      isBegun.countDown();
      if (goesOn) {
        call.request(1);
      }
    }

    List<T> rest() throws Exception {
      goesOn = true;
      call.request(1);
      isRead.get();
      return List.copyOf(read);
    }

    @Override
    public void onError(Throwable cause) {
      isRead.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
      isRead.complete(null);
    }
  }

  /**
   * The rest of the listing is neither sent nor made when the routes that it tells are deleted:
   * there is no room for it on the connection.
   */
  @Test
  void shouldShowWhatThereWasToAClientThatStopsReadingWhileAllOfItChanges() throws Exception {
    daemon.client.apply(
        upsert(network("blue", 56, "172.19.0.0/16").toBuilder().setCountRoutes(true).build()),
        upsert(daemon.endpoint("a", "blue", "172.19.0.10")),
        upsert(
            Routes.newBuilder()
                .setNetwork("blue")
                .addAllPrefixes(prefixes())
                .addNextHops(toEndpoint("a"))
                .build()));
    SlowReader<ListRoutesRequest, Routes> slow = new SlowReader<>();
    HeddleGrpc.newStub(channel)
        .listRoutes(ListRoutesRequest.newBuilder().setNetwork("blue").build(), slow);
    slow.isBegun.await();
    daemon.client.apply(
        Operations.deleteRoutes("blue", prefixes()), Operations.deleteEndpoint("a"));
    daemon.client.apply(
        upsert(daemon.endpoint("b", "blue", "172.19.0.11")),
        upsert(
            Routes.newBuilder()
                .setNetwork("blue")
                .addAllPrefixes(prefixes().subList(0, ROUTES / 2))
                .addNextHops(toEndpoint("b"))
                .build()));
    daemon.meter.packets.put(ROUTES / 4, 7L);
    List<Routes> told = slow.rest();
    assertThat(texts(told)).isEqualTo(prefixes().stream().map(Addresses::format).toList());
    assertThat(told)
        .allSatisfy(routes -> {
          assertThat(routes.getNextHopsList())
              .containsExactly(toEndpoint("a").toBuilder().setWeight(1).build());
          assertThat(routes.getPacketsList()).hasSameSizeAs(routes.getPrefixesList());
          assertThat(routes.getPacketsList()).containsOnly(0L);
        });
    assertThat(texts(daemon.client.listRoutes("blue").items())).hasSize(ROUTES / 2);
  }

  private static Node node(int number) {
    String address = "192.0.%d.%d".formatted(number >> 8 & 0xff, number & 0xff);
    return ControlFixture.node("node-%04d".formatted(number), address);
  }

  /** Whom packets to a node are sent to is known of those that are told before the nodes go. */
  @Test
  void shouldShowNodesAndTunnelsToClientsThatStopReadingWhileAllOfThemGo() throws Exception {
    List<String> names = new ArrayList<>();
    List<Operation> comes = new ArrayList<>(List.of(upsert(daemon.uplink("", "192.0.0.1/16"))));
    List<Operation> goes = new ArrayList<>();
    for (int i = 2; i < NODES; i++) {
      names.add(node(i).getName());
      comes.add(upsert(node(i)));
      goes.add(Operations.deleteNode(node(i).getName()));
    }
    daemon.client.apply(comes.toArray(Operation[]::new));
    SlowReader<ListNodesRequest, Node> nodes = new SlowReader<>();
    SlowReader<ListTunnelsRequest, TunnelStatus> tunnels = new SlowReader<>();
    HeddleGrpc.newStub(channel).listNodes(ListNodesRequest.getDefaultInstance(), nodes);
    HeddleGrpc.newStub(channel).listTunnels(ListTunnelsRequest.getDefaultInstance(), tunnels);
    nodes.isBegun.await();
    tunnels.isBegun.await();
    daemon.client.apply(goes.toArray(Operation[]::new));
    assertThat(nodes.rest()).extracting(Node::getName).isEqualTo(names);
    assertThat(tunnels.rest()).extracting(TunnelStatus::getNode).isEqualTo(names);
    assertThat(daemon.client.nodes()).isEmpty();
  }

  @Test
  void shouldTellTheRevisionOfAnEmptyListing() {
    daemon.client.apply(upsert(network("blue", 56, "172.19.0.0/16")));
    assertThat(daemon.client.listEndpoints()).isEqualTo(new Listing<>(1, List.of()));
    assertThat(daemon.client.listNetworks().revision()).isEqualTo(1);
    assertThat(daemon.client.listUplinks()).isEqualTo(new Listing<>(1, List.of()));
    assertThat(daemon.client.listNodes()).isEqualTo(new Listing<>(1, List.of()));
    assertThat(daemon.client.listRoutes("blue")).isEqualTo(new Listing<>(1, List.of()));
  }

  private List<Routes> routes(ListRoutesRequest.Builder request) {
    List<Routes> found = new ArrayList<>();
    stub.listRoutes(request.build()).forEachRemaining(found::add);
    return found;
  }

  @Test
  void shouldGetOneRouteByItsPrefix() {
    daemon.client.apply(
        upsert(network("blue", 56, "172.19.0.0/16")),
        upsertRoute("blue", "10.0.0.0/8", drop()),
        upsertRoute("blue", "10.0.0.0/9", drop()));
    ListRoutesRequest.Builder request = ListRoutesRequest.newBuilder().setNetwork("blue");

    assertThat(routes(request.setPrefix(Addresses.parsePrefix("10.0.0.0/8"))))
        .singleElement()
        .satisfies(found ->
            assertThat(found.getPrefixesList())
                .containsExactly(Addresses.parsePrefix("10.0.0.0/8")));
    assertThatThrownBy(() -> routes(request.setPrefix(Addresses.parsePrefix("10.0.0.0/10"))))
        .hasMessage(
            "NOT_FOUND: routes of network blue: prefix 10.0.0.0/10: no such route; list those of the"
                + " network to see");
    assertThatThrownBy(() -> routes(request.clearNetwork()))
        .hasMessageContaining("a prefix is looked for in one network; name it");
  }

  @Test
  void shouldGetOneUplinkByItsNameEvenIfThatIsEmpty() {
    daemon.client.apply(
        upsert(daemon.uplink("", "192.0.2.1/24")), upsert(daemon.uplink("fast", "192.0.2.2/24")));
    for (String name : List.of("", "fast")) {
      assertThat(stub.listUplinks(ListUplinksRequest.newBuilder().setName(name).build()))
          .toIterable()
          .extracting(status -> status.getUplink().getName())
          .containsExactly(name);
    }
    assertThatThrownBy(
            () -> stub.listUplinks(ListUplinksRequest.newBuilder().setName("slow").build()).next())
        .hasMessage("NOT_FOUND: uplink slow: name slow: no such uplink; list them all to see");
  }
}
