package dev.heddle.control;

import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Listing;
import dev.heddle.api.v1.HeddleGrpc;
import dev.heddle.api.v1.ListRoutesRequest;
import dev.heddle.api.v1.ListUplinksRequest;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import io.grpc.ManagedChannel;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What listings show: one revision, whatever happens meanwhile, and single objects. */
class ListingTest {
  private static final int ROUTES = 20_000;
  private static final int LISTINGS = 40;

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
