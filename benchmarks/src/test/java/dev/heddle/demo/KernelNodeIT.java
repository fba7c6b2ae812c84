package dev.heddle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Vtep;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tunnels between Heddle and the kernel's own vxlan device. A pod with a kernel talks to a pod
 * behind the other host; captures of the veth pair between them and Heddle's counters are the
 * witnesses.
 *
 * <pre>
 *   kernel - tap - testpmd - memif - heddled - DPDK - eth1 ==== eth1 - vxlan0 - kernel
 *   172.19.0.10                      192.0.2.1             192.0.2.2   172.19.0.70
 * </pre>
 */
class KernelNodeIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final String HEDDLE4 = "192.0.2.1";
  private static final String HEDDLE6 = "2001:db8::1";
  private static final int UNDERLAY_MTU = 1500;
  private static final int VNI = 56;
  private static final int EPHEMERAL_PORTS = 49_152;
  private static final int VNI_FLAG = 0x08;
  private static final String NODE = "kernel";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String GROUP = "multicast-unsupported";
  private static final Pod POD =
      new Pod(
          "pod",
          Topology.NODE1,
          Topology.BLUE,
          Pod.Kind.KERNEL,
          "02:00:00:00:56:10",
          "172.19.0.10",
          "fd00:19::10");

  /** How the outer packets look. */
  enum Outer {
    IPV4_WITH_CHECKSUM(HEDDLE4, KernelHost.ADDRESS4, true, List.of("udpcsum")),
    IPV4_WITHOUT_CHECKSUM(HEDDLE4, KernelHost.ADDRESS4, false, List.of("noudpcsum")),
    IPV6_WITH_CHECKSUM(
        HEDDLE6, KernelHost.ADDRESS6, true, List.of("noudp6zerocsumtx", "noudp6zerocsumrx")),
    IPV6_WITHOUT_CHECKSUM(
        HEDDLE6, KernelHost.ADDRESS6, false, List.of("udp6zerocsumtx", "udp6zerocsumrx"));

    private final String heddle;
    private final String kernel;
    private final boolean checksum;
    private final List<String> options;

    Outer(String heddle, String kernel, boolean checksum, List<String> options) {
      this.heddle = heddle;
      this.kernel = kernel;
      this.checksum = checksum;
      this.options = options;
    }

    boolean ipv4() {
      return heddle.equals(HEDDLE4);
    }
  }

  private static Cleanup cleanup;
  private static Path directory;
  private static Underlay underlay;
  private static RunningNode heddle;
  private static KernelHost host;
  private static KernelPod pod;
  private static int networkMtu;

  private Capture capture;

  @BeforeAll
  static void setUp() {
    cleanup = new Cleanup();
    try {
      directory = cleanup.add(WorkingDirectory.create()).path();
      underlay = cleanup.add(Underlay.ofVethPair(directory, Topology.NODES));
      host = new KernelHost(underlay.namespace(Topology.NODE2));
      host.join();
      heddle =
          cleanup.add(
              RunningNode.start(
                  ROOT, directory, Topology.NODE1, underlay.namespace(Topology.NODE1)));
      heddle.awaitReady();
      heddle.configure(
          List.of(
              Operations.upsert(
                  underlay.uplink(Topology.NODE1).toBuilder()
                      .setAddress6(Addresses.parse(HEDDLE6))
                      .setPrefixLength6(64)
                      .build()),
              Operations.upsert(Setup.network(Topology.network(Topology.BLUE), VNI)),
              Operations.upsert(Setup.endpoint(POD, Topology.BLUE, directory)),
              Operations.upsert(node(Outer.IPV4_WITH_CHECKSUM)),
              toNode(KernelHost.POD4 + "/32"),
              toNode(KernelHost.POD6 + "/128")));
      networkMtu = heddle.client().networks().getFirst().getMtu();
      Pods pods =
          cleanup.add(
              Pods.start(List.of(POD), directory, new Traffic(directory, List.of(), List.of())));
      pods.connect(networkMtu);
      pods.go();
      assertThat(networkMtu).as("the underlay's, less IPv6, UDP, VXLAN, Ethernet").isEqualTo(1430);
      pod = pods.kernel(POD.name());
    } catch (RuntimeException e) {
      cleanup.close();
      throw e;
    }
  }

  @AfterAll
  static void takeDown() {
    cleanup.close();
  }

  @BeforeEach
  void remember() {
    heddle.begin();
  }

  @AfterEach
  void removeTunnel() {
    if (capture != null) {
      capture.close();
    }
    host.removeTunnel();
    pod.resize(networkMtu);
  }

  @ParameterizedTest
  @EnumSource(Outer.class)
  void shouldCarryPingsAndTcpWhenPeerIsKernelsVxlanDevice(Outer outer) throws IOException {
    startCapture();
    connect(outer);
    assertAnswers(pod.ping(KernelHost.POD4));
    assertAnswers(pod.ping(KernelHost.POD6));
    Echo.run(pod.namespace(), host.namespace(), KernelHost.POD4);
    Echo.run(pod.namespace(), host.namespace(), KernelHost.POD6);
    Echo.run(host.namespace(), pod.namespace(), POD.address4());
    Echo.run(host.namespace(), pod.namespace(), POD.address6());
    assertDropsAreGroupReports(outer);
    List<byte[]> frames = capture.stop();

    List<TunnelPacket> sent = packets(frames, outer.heddle, outer.kernel);
    assertThat(sent)
        .isNotEmpty()
        .allSatisfy(packet -> {
          assertThat(packet.vni()).isEqualTo(VNI);
          assertThat(packet.flags()).isEqualTo(VNI_FLAG);
          assertThat(packet.sourcePort()).isGreaterThanOrEqualTo(EPHEMERAL_PORTS);
          assertThat(packet.ttl()).isEqualTo(64);
          assertThat(packet.dontFragment()).isTrue();
          assertThat(packet.checksumsRight()).isTrue();
          assertThat(packet.udpChecksum() != 0).isEqualTo(outer.checksum && !outer.ipv4());
        });
    assertThat(sent.stream().map(TunnelPacket::sourcePort).distinct().count())
        .as("source ports of six flows")
        .isGreaterThan(2);
    assertThat(packets(frames, outer.kernel, outer.heddle))
        .isNotEmpty()
        .allSatisfy(packet -> {
          assertThat(packet.vni()).isEqualTo(VNI);
          assertThat(packet.checksumsRight()).isTrue();
          assertThat(packet.udpChecksum() != 0).isEqualTo(outer.checksum);
        });
  }

  /**
   * That the uplink dropped nothing but what the kernel says of the IPv6 groups it joins, from no
   * address.
   */
  private void assertDropsAreGroupReports(Outer outer) {
    assertUplinkDrops(GROUP, () -> groupReports(outer));
  }

  private long groupReports(Outer outer) {
    return packets(capture.soFar(), outer.kernel, outer.heddle).stream()
        .filter(packet -> packet.inner()[0] == 0x33 && packet.inner()[1] == 0x33)
        .count();
  }

  private static void assertUplinkDrops(String reason, LongSupplier packets) {
    Commands.await(() -> uplinkDrops().getOrDefault(reason, 0L) == packets.getAsLong(), PATIENCE);
    assertThat(uplinkDrops())
        .isEqualTo(packets.getAsLong() == 0 ? Map.of() : Map.of(reason, packets.getAsLong()));
  }

  private static Map<String, Long> uplinkDrops() {
    return heddle.ledger().drops(Ledger.UPLINK);
  }

  @ParameterizedTest
  @CsvSource({
    "999, 192.0.2.2, 172.19.0.70, vxlan-unknown-vni",
    "56, 192.0.2.99, 172.19.0.70, vxlan-unknown-node",
    "56, 192.0.2.2, 172.19.0.77, vxlan-spoofed-source",
    "56, 192.0.2.2, 172.19.0.10, vxlan-spoofed-source",
  })
  void shouldDropAndCountWhenTunnelPacketIsNotAllowed(
      int vni, String outerSource, String innerSource, String reason) {
    host.addUnderlayAddress(outerSource);
    host.tunnel(vni, outerSource, HEDDLE4, networkMtu, List.of());
    host.addPodAddress(innerSource);
    host.namespace()
        .run("ping", "-n", "-c", "3", "-i", "0.2", "-W", "0.2", "-I", innerSource, "172.19.0.20");
    Commands.await(() -> uplinkDrops().getOrDefault(reason, 0L) >= 3, PATIENCE);
    Map<String, Long> drops = uplinkDrops();
    assertThat(drops.get(reason)).as(drops.toString()).isGreaterThanOrEqualTo(3);
    assertThat(drops.keySet()).isSubsetOf(reason, GROUP);
  }

  @ParameterizedTest
  @EnumSource(
      value = Outer.class,
      names = {"IPV4_WITH_CHECKSUM", "IPV6_WITH_CHECKSUM"})
  void shouldFragmentInsideWhenSenderAllowsIt(Outer outer) {
    letPodSendTooMuch(outer);
    startCapture();
    long copies = heddle.ledger().total("copies");
    assertAnswers(pod.ping(KernelHost.POD4, "-M", "dont", "-s", "1472"));
    Commands.await(() -> firstFragments(outer) >= KernelPod.ANSWERS, PATIENCE);
    assertThat(firstFragments(outer)).isGreaterThanOrEqualTo(KernelPod.ANSWERS);
    assertThat(heddle.ledger().total("copies") - copies).isGreaterThanOrEqualTo(KernelPod.ANSWERS);
    List<byte[]> frames = capture.stop();
    assertThat(packets(frames, outer.heddle, outer.kernel))
        .allSatisfy(packet -> assertThat(packet.dontFragment()).isTrue());
    assertThat(frames)
        .allSatisfy(frame ->
            assertThat(frame.length).isLessThanOrEqualTo(UNDERLAY_MTU + Frames.ETHERNET_BYTES));
  }

  @ParameterizedTest
  @EnumSource(
      value = Outer.class,
      names = {"IPV4_WITH_CHECKSUM", "IPV6_WITH_CHECKSUM"})
  void shouldTellSenderWhenPacketIsTooBig(Outer outer) {
    letPodSendTooMuch(outer);
    startCapture();
    String told4 = pod.ping(KernelHost.POD4, "-M", "do", "-s", "1472", "-c", "1").output();
    String told6 = pod.ping(KernelHost.POD6, "-M", "do", "-s", "1452", "-c", "1").output();
    assertThat(told4)
        .contains("From " + Topology.GATEWAY4)
        .contains("Frag needed and DF set (mtu = " + networkMtu + ")");
    assertThat(told6)
        .contains("From " + Topology.GATEWAY6)
        .contains("Packet too big: mtu=" + networkMtu);
    assertThat(heddle.ledger().drops(POD.name())).containsEntry("too-big", 2L);
    assertAnswers(pod.ping(KernelHost.POD4));
    assertThat(packets(capture.stop(), outer.heddle, outer.kernel))
        .allSatisfy(packet -> assertThat(packet.inner().length).isLessThan(networkMtu));
  }

  /** The pod's kernel neither knows the network's MTU nor remembers what it was told of it. */
  private static void letPodSendTooMuch(Outer outer) {
    connect(outer);
    pod.resize(UNDERLAY_MTU);
    pod.namespace().require("ip", "-4", "route", "flush", "cache");
    pod.namespace().require("ip", "-6", "route", "flush", "cache");
  }

  @Test
  void shouldCarryPacketsAgainWhenUplinkWasDown() {
    connect(Outer.IPV4_WITH_CHECKSUM);
    assertAnswers(pod.ping(KernelHost.POD4));
    host.down();
    try {
      assertThat(Commands.await(() -> !isLinkUp())).isTrue();
      assertThat(pod.ping(KernelHost.POD4, "-w", "1").answered()).isZero();
    } finally {
      host.up();
    }
    assertThat(Commands.await(KernelNodeIT::isLinkUp)).isTrue();
    connect(Outer.IPV4_WITH_CHECKSUM);
    assertThat(Commands.await(() -> pod.ping(KernelHost.POD4).answered() == KernelPod.ANSWERS))
        .isTrue();
  }

  /** Why the kernel must not have the tunnel's address: it refuses what Heddle takes. */
  @Test
  void shouldHearRefusalsOnlyWhenKernelHasTunnelAddressToo() {
    connect(Outer.IPV4_WITHOUT_CHECKSUM);
    startCapture();
    assertAnswers(pod.ping(KernelHost.POD4));
    Commands.await(() -> answersOf(Outer.IPV4_WITHOUT_CHECKSUM) >= KernelPod.ANSWERS, PATIENCE);
    assertThat(refusals()).isZero();
    capture.close();

    Namespace ours = underlay.namespace(Topology.NODE1);
    ours.require("ip", "address", "add", HEDDLE4 + "/24", "dev", Underlay.DEVICE);
    try {
      startCapture();
      assertAnswers(pod.ping(KernelHost.POD4));
      assertThat(Commands.await(() -> refusals() > 0, PATIENCE)).isTrue();
    } finally {
      ours.require("ip", "address", "delete", HEDDLE4 + "/24", "dev", Underlay.DEVICE);
    }
  }

  private static dev.heddle.api.v1.Node node(Outer outer) {
    return dev.heddle.api.v1.Node.newBuilder()
        .setName(NODE)
        .setRouterMac(Addresses.parseMac(KernelHost.ROUTER_MAC))
        .addVteps(Vtep.newBuilder().setAddress(Addresses.parse(outer.kernel)))
        .setAcceptsZeroUdp6Checksum(!outer.checksum)
        .build();
  }

  private static dev.heddle.api.v1.Operation toNode(String prefix) {
    return Operations.upsertRoute(Topology.BLUE, prefix, Operations.toNode(NODE));
  }

  /** Lets both ends of the tunnel agree on how it looks. */
  private static void connect(Outer outer) {
    heddle.client().apply(List.of(Operations.upsert(node(outer))));
    host.tunnel(VNI, outer.kernel, outer.heddle, networkMtu, outer.options);
    assertThat(Commands.await(heddle::knowsNeighbours)).isTrue();
  }

  private void startCapture() {
    capture = underlay.capture(Topology.NODE2);
  }

  private static boolean isLinkUp() {
    return heddle.client().uplinks().getFirst().getLinkUp();
  }

  private static void assertAnswers(KernelPod.Pings pings) {
    assertThat(pings.answered()).as(pings.output()).isEqualTo(KernelPod.ANSWERS);
  }

  private static List<TunnelPacket> packets(List<byte[]> frames, String from, String to) {
    return frames.stream()
        .map(TunnelPacket::of)
        .flatMap(Optional::stream)
        .filter(packet -> packet.source().equals(from) && packet.destination().equals(to))
        .toList();
  }

  /** Fragments of IPv4 that begin a packet, inside tunnel packets from Heddle. */
  private long firstFragments(Outer outer) {
    return packets(capture.soFar(), outer.heddle, outer.kernel).stream()
        .map(packet -> ByteBuffer.wrap(packet.inner()))
        .filter(inner -> inner.getShort(12) == 0x0800 && inner.getShort(20) == 0x2000)
        .count();
  }

  private long answersOf(Outer outer) {
    return packets(capture.soFar(), outer.kernel, outer.heddle).size();
  }

  private long refusals() {
    return capture.soFar().stream().filter(frame -> Frames.isIcmpFrom(frame, HEDDLE4)).count();
  }
}
