package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.KernelInterface;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Routes;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the commands that talk to the daemon send, and how they show its answers. */
class ControlCliTest extends ControlCliFixture {
  private static final Network BLUE =
      Network.newBuilder()
          .setName("blue")
          .setVni(56)
          .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
          .setRange6(Addresses.parsePrefix("fd00:56::/64"))
          .build();

  @Test
  void shouldSendTheNetworkWhenAdded() {
    run("network add blue --vni 56 --range 172.19.0.0/16 --range fd00:56::/64");
    assertDone();
    assertThat(daemon.applied).containsExactly(Operations.upsert(BLUE));
  }

  @Test
  void shouldSendEveryDetailOfTheNetworkWhenGiven() {
    run(
        "network add red --vni 57 --range 172.19.0.0/16 --gateway 172.19.255.254 --mtu 9000"
            + " --count-routes");
    assertDone();
    assertThat(daemon.applied)
        .containsExactly(
            Operations.upsert(
                Network.newBuilder()
                    .setName("red")
                    .setVni(57)
                    .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                    .setGateway4(Addresses.parse("172.19.255.254"))
                    .setMtu(9000)
                    .setCountRoutes(true)
                    .build()));
  }

  @Test
  void shouldSendTheEndpointWhenAdded() {
    run(
        "endpoint add pod-a --network blue --address 172.19.0.5 --address fd00:56::5"
            + " --mac 02:00:00:00:00:05 --allow-source 10.0.0.0/8"
            + " --memif @pod-a --netns /run/netns/a --role client --id 3 --queues 2");
    assertDone();
    assertThat(daemon.applied).containsExactly(Operations.upsert(podA()));
  }

  @Test
  void shouldSendTheKernelInterfaceWhenAdded() {
    run(
        "endpoint add pod-k --network blue --address 172.19.0.7 --mac 02:00:00:00:00:07"
            + " --kernel /run/netns/blue:eth1 --queues 2 --route 0.0.0.0/0 --route ::/0");
    assertDone();
    assertThat(daemon.applied).containsExactly(Operations.upsert(podK()));
    daemon.endpoints.add(
        EndpointStatus.newBuilder().setEndpoint(podK()).setInterfaceIndex(5).build());
    run("endpoint list");
    assertDone(
        """
        Endpoint  Network  Index  MAC                Attachment                   Addresses
        pod-k     blue         5  02:00:00:00:00:07  kernel /run/netns/blue:eth1  172.19.0.7
        """);
    run("endpoint list -o json");
    JsonObject kernel = onlyOne().getAsJsonObject("kernel");
    assertThat(kernel.get("netns").getAsString()).isEqualTo("/run/netns/blue");
    assertThat(kernel.get("name").getAsString()).isEqualTo("eth1");
    assertThat(kernel.get("queues").getAsInt()).isEqualTo(2);
    assertThat(kernel.getAsJsonArray("routes").get(1).getAsString()).isEqualTo("::/0");
  }

  @Test
  void shouldNameTheOptionWhenTheAttachmentMakesNoSense() {
    String pod = "endpoint add pod-k --network blue --address 172.19.0.7 ";
    run(pod + "--kernel eth1");
    assertThat(status).isEqualTo(2);
    assertThat(err).contains("--kernel: 'eth1' does not tell a name: write /run/netns/blue:eth1");
    run(pod + "--kernel /run/netns/blue:eth1 --memif /run/a.sock");
    assertThat(status).isEqualTo(2);
    run(pod);
    assertThat(status).isEqualTo(2);
    assertThat(daemon.applied).isEmpty();
  }

  private static Endpoint podK() {
    return Endpoint.newBuilder()
        .setName("pod-k")
        .setNetwork("blue")
        .addAddresses(Addresses.parse("172.19.0.7"))
        .setMac(Addresses.parseMac("02:00:00:00:00:07"))
        .setKernel(
            KernelInterface.newBuilder()
                .setNetns("/run/netns/blue")
                .setName("eth1")
                .setQueues(2)
                .addRoutes(Addresses.parsePrefix("0.0.0.0/0"))
                .addRoutes(Addresses.parsePrefix("::/0")))
        .build();
  }

  @Test
  void shouldSendRoutesWhenAdded() {
    run("route add blue 10.0.0.0/8 fd00:99::/64 --endpoint pod-a@3 --endpoint pod-b");
    assertDone();
    run("route add blue 192.0.2.0/24 --drop");
    assertDone();
    assertThat(daemon.applied)
        .containsExactly(
            Operations.upsert(
                Routes.newBuilder()
                    .setNetwork("blue")
                    .addPrefixes(Addresses.parsePrefix("10.0.0.0/8"))
                    .addPrefixes(Addresses.parsePrefix("fd00:99::/64"))
                    .addNextHops(Operations.weighted(Operations.toEndpoint("pod-a"), 3))
                    .addNextHops(Operations.toEndpoint("pod-b"))
                    .build()),
            Operations.upsertRoute("blue", "192.0.2.0/24", Operations.drop()));
  }

  @Test
  void shouldSendOneTransactionWhenSeveralAreDeleted() {
    run("endpoint delete pod-a pod-b");
    assertDone();
    run("route delete blue 10.0.0.0/8 192.0.2.0/24");
    assertDone();
    run("network delete blue");
    assertDone();
    assertThat(daemon.applied)
        .containsExactly(
            Operations.deleteEndpoint("pod-a"),
            Operations.deleteEndpoint("pod-b"),
            Operations.deleteRoutes(
                "blue",
                List.of(
                    Addresses.parsePrefix("10.0.0.0/8"), Addresses.parsePrefix("192.0.2.0/24"))),
            Operations.deleteNetwork("blue"));
  }

  @Test
  void shouldShowWhatThereIsWhenListed() {
    daemon.networks.add(
        NetworkStatus.newBuilder()
            .setNetwork(BLUE)
            .setMtu(1500)
            .setRouteCount(1_000_000)
            .setEndpointCount(2)
            .build());
    daemon.endpoints.add(
        EndpointStatus.newBuilder().setEndpoint(podA()).setInterfaceIndex(4).build());
    daemon.routes.add(
        Routes.newBuilder()
            .setNetwork("blue")
            .addPrefixes(Addresses.parsePrefix("10.0.0.0/8"))
            .addPrefixes(Addresses.parsePrefix("10.1.0.0/16"))
            .addNextHops(Operations.weighted(Operations.toEndpoint("pod-a"), 3))
            .addNextHops(Operations.toGateway("172.19.0.9"))
            .build());
    run("network list");
    assertDone(
        """
        Network  VNI   MTU  Endpoints   Routes  Ranges
        blue      56  1500          2  1000000  172.19.0.0/16 fd00:56::/64
        """);
    run("endpoint list");
    assertDone(
        """
        Endpoint  Network  Index  MAC                Attachment      Addresses
        pod-a     blue         4  02:00:00:00:00:05  memif @pod-a 3  172.19.0.5 fd00:56::5
        """);
    run("endpoint list --network red");
    assertDone("Endpoint  Network  Index  MAC  Attachment  Addresses\n");
    run("route list blue");
    assertDone(
        """
        blue 10.0.0.0/8 via endpoint pod-a weight 3, gateway 172.19.0.9
        blue 10.1.0.0/16 via endpoint pod-a weight 3, gateway 172.19.0.9
        """);
    run("route list red");
    assertDone("");
  }

  @Test
  void shouldShowWhatTookEachRouteWhenItsNetworkCounts() {
    daemon.routes.add(
        Routes.newBuilder()
            .setNetwork("blue")
            .addPrefixes(Addresses.parsePrefix("10.0.0.0/8"))
            .addPrefixes(Addresses.parsePrefix("fd00:99::/64"))
            .addNextHops(Operations.toEndpoint("pod-a"))
            .addPackets(7)
            .addPackets(0)
            .addBytes(5_000_000_000L)
            .addBytes(0)
            .build());
    run("route list blue");
    assertDone(
        """
        blue 10.0.0.0/8 via endpoint pod-a: 7 packets, 5000000000 bytes
        blue fd00:99::/64 via endpoint pod-a: 0 packets, 0 bytes
        """);
    run("route list blue -o json");
    JsonObject first = JsonParser.parseString(out).getAsJsonArray().get(0).getAsJsonObject();
    assertThat(first.get("packets").getAsLong()).isEqualTo(7);
    assertThat(first.get("bytes").getAsLong()).isEqualTo(5_000_000_000L);
  }

  @Test
  void shouldTellEverythingWhenListedAsJson() {
    daemon.networks.add(
        NetworkStatus.newBuilder().setNetwork(BLUE).setRouteCount(5_000_000_000L).build());
    daemon.endpoints.add(EndpointStatus.newBuilder().setEndpoint(podA()).build());
    daemon.routes.add(
        Routes.newBuilder()
            .setNetwork("blue")
            .addPrefixes(Addresses.parsePrefix("::/0"))
            .addNextHops(Operations.drop())
            .build());
    run("network list -o json");
    JsonObject network = onlyOne();
    assertThat(network.get("vni").getAsInt()).isEqualTo(56);
    assertThat(network.get("routes").getAsLong()).isEqualTo(5_000_000_000L);
    assertThat(network.getAsJsonArray("ranges").get(1).getAsString()).isEqualTo("fd00:56::/64");
    run("endpoint list -o json");
    JsonObject memif = onlyOne().getAsJsonObject("memif");
    assertThat(memif.get("role").getAsString()).isEqualTo("client");
    assertThat(memif.get("socket").getAsString()).isEqualTo("@pod-a");
    run("route list -o json");
    JsonObject route = onlyOne();
    assertThat(route.get("prefix").getAsString()).isEqualTo("::/0");
    assertThat(route.has("packets")).isFalse();
    assertThat(route.getAsJsonArray("nextHops").get(0).getAsJsonObject().get("drop").getAsBoolean())
        .isTrue();
  }

  @Test
  void shouldShowEachMistakeWhenTheDaemonRefuses() {
    daemon.refusal = Status.INVALID_ARGUMENT.withDescription("first mistake\nsecond mistake");
    run("network add blue --vni 0 --range 172.19.0.0/16");
    assertThat(status).isEqualTo(1);
    assertThat(out).isEmpty();
    assertThat(err).isEqualTo("heddle: first mistake\nheddle: second mistake\n");
  }

  @Test
  void shouldNameTheOptionWhenItsValueMakesNoSense() {
    run("network add blue --vni 56 --range 172.19.0.0/33");
    assertThat(status).isEqualTo(2);
    assertThat(err)
        .isEqualTo(
            "heddle: Invalid value for --range: '172.19.0.0/33' has no prefix length from 0 to 32:"
                + " write 172.19.0.0/16\nTry 'heddle network add --help'.\n");
    run("route add blue 10.0.0.0/8 --endpoint pod-a@many");
    assertThat(status).isEqualTo(2);
    assertThat(err).contains("--endpoint: 'many' is no weight");
    run("route add blue 10.0.0.0/8");
    assertThat(status).isEqualTo(2);
    run("network add blue --range 172.19.0.0/16");
    assertThat(status).isEqualTo(2);
    assertThat(err).contains("--vni");
    run("endpoint");
    assertThat(status).isEqualTo(2);
    assertThat(daemon.applied).isEmpty();
  }

  @Test
  void shouldSayHowToStartItWhenNoDaemonListens() throws Exception {
    daemon.close();
    run("network list");
    assertThat(status).isEqualTo(1);
    assertThat(err)
        .isEqualTo(
            "heddle: no daemon answers on "
                + directory.resolve("heddle.sock")
                + ": start heddled, or name its socket with --socket\n");
  }

  private static Endpoint podA() {
    return Endpoint.newBuilder()
        .setName("pod-a")
        .setNetwork("blue")
        .addAddresses(Addresses.parse("172.19.0.5"))
        .addAddresses(Addresses.parse("fd00:56::5"))
        .setMac(Addresses.parseMac("02:00:00:00:00:05"))
        .addAllowedSourcePrefixes(Addresses.parsePrefix("10.0.0.0/8"))
        .setMemif(
            Memif.newBuilder()
                .setRole(Memif.Role.ROLE_CLIENT)
                .setMode(Memif.Mode.MODE_ETHERNET)
                .setSocket("@pod-a")
                .setNetns("/run/netns/a")
                .setId(3)
                .setQueues(2))
        .build();
  }
}
