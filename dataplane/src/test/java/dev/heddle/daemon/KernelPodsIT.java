package dev.heddle.daemon;

import static dev.heddle.api.Operations.deleteEndpoint;
import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.KernelInterface;
import dev.heddle.api.v1.Network;
import dev.heddle.hostile.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From birth to end of kernel interfaces in real network namespaces; needs root. */
class KernelPodsIT {
  private static final int STREAM_BYTES = 200_000;

  @TempDir Path directory;

  private PodNamespace pod;
  private TestDaemon daemon;

  @BeforeEach
  void start() {
    pod = new PodNamespace();
    daemon = new TestDaemon(directory, 1);
    daemon.apply(upsert(blue("172.19.0.0/16", "fd00:19::/64")));
  }

  @AfterEach
  void stop() {
    daemon.close();
    pod.close();
  }

  private void restart() {
    daemon.close();
    daemon = new TestDaemon(directory, 1);
  }

  /** The next run does not know what this one was told. */
  private void restartWithNothing() throws IOException {
    daemon.close();
    Files.delete(directory.resolve("journal"));
    daemon = new TestDaemon(directory, 1);
  }

  @Test
  void shouldMakeTheInterfaceAsTheEndpointAndItsNetworkSay() {
    daemon.apply(
        upsert(
            endpoint("pod", "172.19.0.7", "fd00:19::7").toBuilder()
                .setMtu(1400)
                .setKernel(kernel("eth1", "0.0.0.0/0", "fd77::/16").toBuilder().setQueues(2))
                .build()));

    assertThat(pod.links()).containsExactly("eth1");
    assertThat(pod.ip("-details", "link", "show", "eth1"))
        .contains("UP", "LOWER_UP", "mtu 1400", "02:00:00:00:00:07", "alias heddle:pod")
        .contains("tun type tap", "vnet_hdr on", "multi_queue", "numqueues 2", "persist on");
    assertThat(addresses("eth1"))
        .contains("172.19.0.7/16", "fd00:19::7/64")
        .anyMatch(each -> each.startsWith("fe80:"))
        .hasSize(3);
    assertThat(pod.lines("route", "show", "default"))
        .singleElement()
        .asString()
        .contains("default via 172.19.0.1 dev eth1");
    assertThat(pod.lines("-6", "route", "show", "fd77::/16"))
        .singleElement()
        .asString()
        .contains("via fd00:19::1 dev eth1");

    daemon.apply(deleteEndpoint("pod"));
    assertThat(pod.links()).isEmpty();
    assertThat(pod.lines("route")).isEmpty();
  }

  @Test
  void shouldLeaveNothingWhenTheNameIsTaken() {
    pod.ip("tuntap", "add", "eth1", "mode", "tap");
    String before = pod.ip("-details", "link");
    refused(
        "FAILED_PRECONDITION: endpoint pod: kernel.name eth1: taken in "
            + pod.file()
            + " by another interface; delete that or give another name");
    assertThat(pod.ip("-details", "link")).isEqualTo(before);
    pod.ip("link", "set", "eth1", "name", "eth9");
    daemon.apply(upsert(endpoint("pod", "172.19.0.7")));
    assertThat(pod.links()).containsExactly("eth9", "eth1");
  }

  @Test
  void shouldLeaveNothingWhenItFailsHalfway() {
    pod.ip("link", "add", "other", "type", "veth", "peer", "name", "peer");
    pod.ip("address", "add", "10.0.0.2/24", "dev", "other");
    pod.ip("link", "set", "other", "up");
    pod.ip("route", "add", "default", "via", "10.0.0.1");
    List<String> routes = pod.lines("route");
    Endpoint good = endpoint("good", "172.19.0.8", "fd00:19::8");
    Endpoint bad = endpoint("pod", "172.19.0.7", "fd00:19::7");
    assertThatThrownBy(() ->
            daemon.apply(
                upsert(good.toBuilder().setKernel(kernel("eth0")).build()),
                upsert(bad.toBuilder().setKernel(kernel("eth1", "::/0", "0.0.0.0/0")).build())))
        .hasMessage(
            "FAILED_PRECONDITION: endpoint pod: kernel.routes[1] 0.0.0.0/0 via 172.19.0.1: the"
                + " pod's network namespace has one to the same already; delete that or leave this"
                + " out");
    assertThat(pod.links()).containsExactlyInAnyOrder("peer", "other");
    assertThat(pod.lines("route")).isEqualTo(routes);
    assertThat(daemon.client().endpoints()).isEmpty();
    assertThat(daemon.snapshot().interfaces()).isEmpty();
  }

  @Test
  void shouldLeaveNothingWhenThePodHasNoIpv6() {
    pod.in("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
    assertThatThrownBy(() -> daemon.apply(upsert(endpoint("pod", "172.19.0.7", "fd00:19::7"))))
        .hasMessageStartingWith(
            "FAILED_PRECONDITION: endpoint pod: addresses[1] fd00:19:0:0:0:0:0:7/64: the pod's"
                + " kernel refuses it: add address")
        .hasMessageContaining("EACCES");
    assertThat(pod.links()).isEmpty();
  }

  @Test
  void shouldChangeWhatMayChangeAndTheRestStays() {
    daemon.apply(
        upsert(
            endpoint("pod", "172.19.0.7", "fd00:19::7").toBuilder()
                .setKernel(kernel("eth1", "0.0.0.0/0"))
                .build()));
    pod.ip("address", "add", "192.0.2.1/24", "dev", "eth1");
    pod.ip("route", "add", "198.51.100.0/24", "via", "172.19.0.9");
    String index = index("eth1");

    daemon.apply(
        upsert(
            endpoint("pod", "172.19.0.8", "172.19.0.9", "fd00:19::7").toBuilder()
                .setMtu(1300)
                .setMac(Addresses.parseMac("02:00:00:00:00:09"))
                .setKernel(kernel("eth1", "10.0.0.0/8", "::/0"))
                .build()));
    assertThat(index("eth1")).isEqualTo(index);
    assertThat(pod.ip("link", "show", "eth1")).contains("mtu 1300", "02:00:00:00:00:09");
    assertThat(addresses("eth1"))
        .contains("172.19.0.8/16", "172.19.0.9/16", "fd00:19::7/64", "192.0.2.1/24")
        .doesNotContain("172.19.0.7/16");
    assertThat(gatewayed())
        .containsExactlyInAnyOrder(
            "10.0.0.0/8 via 172.19.0.1",
            "198.51.100.0/24 via 172.19.0.9",
            "default via fd00:19::1");
  }

  @Test
  void shouldFollowTheNetworkWhenThatChanges() {
    daemon.apply(
        upsert(
            endpoint("pod", "172.19.0.7", "172.19.0.8", "fd00:19::7").toBuilder()
                .setKernel(kernel("eth1", "0.0.0.0/0", "::/0"))
                .build()));
    daemon.apply(
        upsert(
            blue("172.18.0.0/15", "fd00:18::/31").toBuilder()
                .setGateway4(Addresses.parse("172.19.0.3"))
                .setMtu(1350)
                .build()));
    assertThat(pod.ip("link", "show", "eth1")).contains("mtu 1350");
    assertThat(addresses("eth1"))
        .contains("172.19.0.7/15", "172.19.0.8/15", "fd00:19::7/31")
        .hasSize(4);
    assertThat(gatewayed())
        .containsExactlyInAnyOrder("default via 172.19.0.3", "default via fd00:18::1");
  }

  @Test
  void shouldStayAsItWasWhenAChangeIsRefused() {
    pod.ip("route", "add", "unreachable", "10.0.0.0/8");
    daemon.apply(upsert(endpoint("pod", "172.19.0.7")));
    assertThatThrownBy(() ->
            daemon.apply(
                upsert(
                    endpoint("pod", "172.19.0.9").toBuilder()
                        .setMtu(1300)
                        .setKernel(kernel("eth1", "10.0.0.0/8"))
                        .build())))
        .hasMessageContaining("kernel.routes[0] 10.0.0.0/8 via 172.19.0.1");
    assertThat(pod.ip("link", "show", "eth1")).contains("mtu 1500");
    assertThat(addresses("eth1")).contains("172.19.0.7/16").doesNotContain("172.19.0.9/16");
    assertThatThrownBy(() ->
            daemon.apply(
                upsert(
                    endpoint("pod", "172.19.0.7").toBuilder().setKernel(kernel("eth2")).build())))
        .hasMessageContaining("the attachment of an endpoint cannot change");
  }

  @Test
  void shouldTakeOverItsDeviceWhenTheDaemonStartsAgain() {
    Endpoint endpoint =
        endpoint("pod", "172.19.0.7", "172.19.0.8").toBuilder()
            .setKernel(kernel("eth1", "0.0.0.0/0", "10.0.0.0/8"))
            .build();
    daemon.apply(upsert(endpoint));
    pod.ip("address", "add", "192.0.2.1/24", "dev", "eth1");
    String index = index("eth1");

    restart();
    assertThat(pod.ip("link", "show", "eth1")).contains("LOWER_UP");
    assertThat(addresses("eth1")).contains("172.19.0.7/16", "192.0.2.1/24");
    daemon.apply(
        upsert(blue("172.19.0.0/16", "fd00:19::/64")),
        upsert(
            endpoint("pod", "172.19.0.8", "fd00:19::7").toBuilder()
                .setKernel(kernel("eth1", "0.0.0.0/0"))
                .build()));
    assertThat(index("eth1")).isEqualTo(index);
    assertThat(pod.ip("link", "show", "eth1")).contains("LOWER_UP");
    assertThat(addresses("eth1"))
        .contains("172.19.0.8/16", "fd00:19::7/64", "192.0.2.1/24")
        .doesNotContain("172.19.0.7/16");
    assertThat(gatewayed()).containsExactly("default via 172.19.0.1");
    daemon.apply(deleteEndpoint("pod"));
    assertThat(pod.links()).isEmpty();
  }

  @Test
  void shouldKeepTcpConnectionsWhenTheDaemonStartsAgain() throws Exception {
    try (PodNamespace other = new PodNamespace()) {
      Endpoint here = endpoint("pod", "172.19.0.7", "fd00:19::7");
      Endpoint there =
          endpoint("other", "172.19.0.8", "fd00:19::8").toBuilder()
              .setMac(Addresses.parseMac("02:00:00:00:00:08"))
              .setKernel(kernel("eth0").toBuilder().setNetns(other.file().toString()))
              .build();
      daemon.apply(upsert(here), upsert(there));
      try (PodConnection ipv4 = PodConnection.open(pod, other, "172.19.0.8");
          PodConnection ipv6 = PodConnection.open(other, pod, "fd00:19::7")) {
        for (int i = 0; i < 2; i++) {
          ipv4.exchange(STREAM_BYTES);
          ipv6.exchange(STREAM_BYTES);
          restart();
        }
        ipv4.exchange(STREAM_BYTES);
        ipv6.exchange(STREAM_BYTES);
      }
    }
  }

  @Test
  void shouldMissPodsThatWentWhileTheDaemonWasAway() {
    PodNamespace brief = new PodNamespace();
    daemon.apply(
        upsert(endpoint("pod", "172.19.0.7")),
        upsert(
            endpoint("brief", "172.19.0.8").toBuilder()
                .setMac(Addresses.parseMac("02:00:00:00:00:08"))
                .setKernel(kernel("eth0").toBuilder().setNetns(brief.file().toString()))
                .build()));
    daemon.close();
    brief.close();

    daemon = new TestDaemon(directory, 1);
    assertThat(pod.ip("link", "show", "eth1")).contains("LOWER_UP");
    assertThat(daemon.client().endpoints()).hasSize(2);
    assertThat(daemon.happened("brief", "pod-lost")).isEqualTo(1);
    assertThat(daemon.happened("pod", "pod-lost")).isZero();
    daemon.apply(deleteEndpoint("brief"), deleteEndpoint("pod"));
    assertThat(pod.links()).isEmpty();
  }

  @Test
  void shouldLeaveAnEarlierRunsDeviceWhenATransactionIsRefused() throws IOException {
    daemon.apply(upsert(endpoint("pod", "172.19.0.7")));
    String index = index("eth1");
    restartWithNothing();
    assertThatThrownBy(() ->
            daemon.apply(
                upsert(blue("172.19.0.0/16", "fd00:19::/64")),
                upsert(endpoint("pod", "172.19.0.7")),
                upsert(endpoint("late", "172.19.0.8").toBuilder().setKernel(kernel("lo")).build())))
        .hasMessageContaining("endpoint late: kernel.name lo: taken");
    assertThat(index("eth1")).isEqualTo(index);
    assertThat(pod.ip("link", "show", "eth1")).contains("NO-CARRIER");
  }

  @Test
  void shouldRefuseAnEarlierRunsDeviceWhenItIsAnotherEndpointsOrInUse() {
    daemon.apply(upsert(endpoint("pod", "172.19.0.7")));
    assertThatThrownBy(
            () -> daemon.apply(deleteEndpoint("pod"), upsert(endpoint("other", "172.19.0.7"))))
        .hasMessageContaining("taken in " + pod.file() + " by endpoint pod; delete that");
    Path second = directory.resolve("second");
    assertThat(second.toFile().mkdir()).isTrue();
    try (TestDaemon twin = new TestDaemon(second, 1)) {
      assertThatThrownBy(() ->
              twin.apply(
                  upsert(blue("172.19.0.0/16", "fd00:19::/64")),
                  upsert(endpoint("pod", "172.19.0.7"))))
          .hasMessageContaining("kernel.name eth1: an earlier run's interface in")
          .hasMessageContaining("unless another daemon has it")
          .hasMessageContaining("EBUSY");
    }
    assertThat(pod.ip("link", "show", "eth1")).contains("LOWER_UP");
  }

  @Test
  void shouldLetGoOfTheNamespaceWhenThatIsDeleted() {
    try (PodNamespace witness = new PodNamespace()) {
      witness.ip("link", "add", "w", "type", "veth", "peer", "p", "netns", pod.file().toString());
      daemon.apply(upsert(endpoint("pod", "172.19.0.7")));
      pod.delete();
      Await.until("pod-lost counted", () -> daemon.happened("pod", "pod-lost") == 1);
      // An end of the pair goes with the namespace that the other end is in.
      Await.until("the namespace ends", () -> !witness.links().contains("w"));
    }
    daemon.apply(upsert(blue("172.19.0.0/16", "fd00:19::/64").toBuilder().setMtu(1300).build()));
    daemon.apply(deleteEndpoint("pod"), deleteNetwork("blue"));
    assertThat(daemon.client().endpoints()).isEmpty();
  }

  @Test
  void shouldGoOnWhenThePodDeletesTheInterface() {
    daemon.apply(upsert(endpoint("pod", "172.19.0.7")));
    pod.ip("link", "delete", "eth1");
    Await.until("pod-lost counted", () -> daemon.happened("pod", "pod-lost") == 1);
    daemon.apply(deleteEndpoint("pod"));
    daemon.apply(upsert(endpoint("pod", "172.19.0.7")));
    assertThat(pod.links()).containsExactly("eth1");
  }

  private void refused(String message) {
    assertThatThrownBy(() -> daemon.apply(upsert(endpoint("pod", "172.19.0.7"))))
        .hasMessage(message);
    assertThat(daemon.client().endpoints()).isEmpty();
    assertThat(daemon.snapshot().interfaces()).isEmpty();
  }

  private String index(String device) {
    return pod.lines("link", "show", device).getFirst().split(":")[0];
  }

  private List<String> addresses(String device) {
    return pod.lines("address", "show", "dev", device).stream()
        .map(line -> line.replaceAll(".*inet6? (\\S+) .*", "$1"))
        .toList();
  }

  /** Routes through gateways. */
  private List<String> gatewayed() {
    return Stream.concat(pod.lines("route").stream(), pod.lines("-6", "route").stream())
        .filter(line -> line.contains(" via "))
        .map(line -> line.replaceAll(" dev .*", ""))
        .toList();
  }

  private static Network blue(String range4, String range6) {
    return Network.newBuilder()
        .setName("blue")
        .setVni(56)
        .setRange4(Addresses.parsePrefix(range4))
        .setRange6(Addresses.parsePrefix(range6))
        .build();
  }

  private Endpoint endpoint(String name, String... addresses) {
    return Endpoint.newBuilder()
        .setName(name)
        .setNetwork("blue")
        .setMac(Addresses.parseMac("02:00:00:00:00:07"))
        .addAllAddresses(Arrays.stream(addresses).map(Addresses::parse).toList())
        .setKernel(kernel("eth1"))
        .build();
  }

  private KernelInterface kernel(String name, String... routes) {
    return KernelInterface.newBuilder()
        .setNetns(pod.file().toString())
        .setName(name)
        .addAllRoutes(Arrays.stream(routes).map(Addresses::parsePrefix).toList())
        .build();
  }
}
