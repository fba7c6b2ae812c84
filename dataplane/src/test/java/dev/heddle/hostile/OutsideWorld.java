package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Dpdk;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.KernelInterface;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Uplink;
import dev.heddle.daemon.HeddleDaemon;
import dev.heddle.daemon.PodNamespace;
import dev.heddle.daemon.TestDaemon;
import dev.heddle.ffi.linux.UnixAddress;
import dev.heddle.observe.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A daemon in a network namespace with one end of a veth pair for DPDK, and the outside: a kernel
 * as gateway at the pair's other end, and a host beyond it. The pod is a kernel, too, with an
 * interface that the daemon makes. Needs root.
 */
final class OutsideWorld implements AutoCloseable {
  static final String POD4 = "172.19.0.7";
  static final String POD6 = "fd00:19::7";
  static final String HOST4 = "198.51.100.2";
  static final String HOST6 = "2001:db8:1::2";
  static final String GATEWAY4 = "192.0.2.1";
  static final String GATEWAY6 = "2001:db8::1";
  static final String GATEWAY_DEVICE = "wan0";
  private static final String OWN4 = "192.0.2.10";
  private static final String OWN6 = "2001:db8::10";
  private static final String UPLINK_DEVICE = "wan-d";

  final PodNamespace pod = new PodNamespace();
  final PodNamespace gateway = new PodNamespace();
  final PodNamespace host = new PodNamespace();
  private final PodNamespace devices = new PodNamespace();
  private final Path directory;
  private final Process process;
  private final HeddleClient client;
  private final CountersFileReader counters;

  OutsideWorld(Path directory) throws IOException {
    this.directory = directory;
    linkGatewayToDevices();
    linkGatewayToHost();
    process = startDaemon();
    Path socket = directory.resolve("api.sock");
    Await.until(
        "the daemon serves",
        () -> {
          assertThat(process.isAlive()).as(output()).isTrue();
          return Files.exists(socket);
        });
    client = HeddleClient.connect(socket, Duration.ofMinutes(2));
    counters = CountersFileReader.open(directory.resolve("counters"));
    configure();
  }

  /** Nothing is left to hardware that is not there: checksums, segments. */
  private void linkGatewayToDevices() {
    gateway.ip("link", "add", GATEWAY_DEVICE, "type", "veth", "peer", UPLINK_DEVICE);
    gateway.ip("link", "set", UPLINK_DEVICE, "netns", devices.file().getFileName().toString());
    devices.in("sysctl", "-qw", "net.ipv6.conf." + UPLINK_DEVICE + ".disable_ipv6=1");
    withoutOffloads(devices, UPLINK_DEVICE);
    withoutOffloads(gateway, GATEWAY_DEVICE);
    devices.ip("link", "set", UPLINK_DEVICE, "up");
    for (String setting :
        List.of(
            "net.ipv4.ip_forward=1",
            "net.ipv6.conf.all.forwarding=1",
            "net.ipv4.conf." + GATEWAY_DEVICE + ".arp_notify=1",
            "net.ipv6.conf." + GATEWAY_DEVICE + ".ndisc_notify=1")) {
      gateway.in("sysctl", "-qw", setting);
    }
    gateway.ip("link", "set", GATEWAY_DEVICE, "up");
    address(gateway, GATEWAY4 + "/24", GATEWAY_DEVICE);
    address(gateway, GATEWAY6 + "/64", GATEWAY_DEVICE);
    gateway.ip("route", "add", "172.19.0.0/16", "via", OWN4);
    gateway.ip("route", "add", "fd00:19::/64", "via", OWN6);
  }

  private void linkGatewayToHost() {
    gateway.ip("link", "add", "lan0", "type", "veth", "peer", "lan1");
    gateway.ip("link", "set", "lan1", "netns", host.file().getFileName().toString());
    gateway.ip("link", "set", "lan0", "up");
    host.ip("link", "set", "lan1", "up");
    address(gateway, "198.51.100.1/24", "lan0");
    address(gateway, "2001:db8:1::1/64", "lan0");
    address(host, HOST4 + "/24", "lan1");
    address(host, HOST6 + "/64", "lan1");
    host.ip("route", "add", "default", "via", "198.51.100.1");
    host.ip("route", "add", "default", "via", "2001:db8:1::1");
  }

  static void address(PodNamespace namespace, String address, String device) {
    List<String> command = new ArrayList<>(List.of("address", "add", address, "dev", device));
    if (address.contains(":")) {
      command.add("nodad");
    }
    namespace.ip(command.toArray(String[]::new));
  }

  private static void withoutOffloads(PodNamespace namespace, String device) {
    namespace.in("ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off", "gro", "off");
  }

  private Process startDaemon() throws IOException {
    ProcessBuilder builder =
        JavaProcess.builder(
            HeddleDaemon.class,
            "--socket=" + directory.resolve("api.sock"),
            "--counters=" + directory.resolve("counters"),
            "--idle=adaptive");
    List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + devices.file()));
    command.addAll(builder.command());
    return builder
        .command(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output").toFile())
        .start();
  }

  private String output() {
    try {
      return Files.readString(directory.resolve("output"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void configure() {
    client.apply(
        Operations.upsert(
            Network.newBuilder()
                .setName("blue")
                .setVni(56)
                .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                .setRange6(Addresses.parsePrefix("fd00:19::/64"))
                .build()),
        Operations.upsert(
            Uplink.newBuilder()
                .setName("wan")
                .setNetwork("blue")
                .setAddress4(Addresses.parse(OWN4))
                .setPrefixLength4(24)
                .setAddress6(Addresses.parse(OWN6))
                .setPrefixLength6(64)
                .setDpdk(Dpdk.newBuilder().setDevargs("net_af_packet0,iface=" + UPLINK_DEVICE))
                .build()),
        Operations.upsert(
            endpoint("pod", POD4)
                .addAddresses(Addresses.parse(POD6))
                .setKernel(
                    KernelInterface.newBuilder()
                        .setNetns(pod.file().toString())
                        .setName("eth1")
                        .addRoutes(Addresses.parsePrefix("0.0.0.0/0"))
                        .addRoutes(Addresses.parsePrefix("::/0")))
                .build()));
  }

  /** Lets all that is outside be behind these two. */
  void routeThrough(String gateway4, String gateway6) {
    client.apply(
        Operations.upsertRoute("blue", "0.0.0.0/0", Operations.toGateway(gateway4)),
        Operations.upsertRoute("blue", "::/0", Operations.toGateway(gateway6)));
  }

  private static Endpoint.Builder endpoint(String name, String address) {
    return Endpoint.newBuilder()
        .setName(name)
        .setNetwork("blue")
        .setMac(Addresses.parseMac("02:00:00:00:00:07"))
        .addAddresses(Addresses.parse(address));
  }

  /** Adds a pod by memif and connects it. */
  Pod connectMemif(Frames.Address address) {
    Path socket = directory.resolve("memif.sock");
    client.apply(
        Operations.upsert(
            endpoint("memif", address.toString())
                .setMac(ByteString.copyFrom(address.mac()))
                .setMemif(
                    Memif.newBuilder().setRole(Memif.Role.ROLE_SERVER).setSocket(socket.toString()))
                .build()));
    return ClientPod.connect(UnixAddress.ofPath(socket), 0);
  }

  /** Whether so many echo requests are all answered; else says what the daemon counted. */
  void ping(PodNamespace from, String destination, int count, int bytes) {
    try {
      from.ping(destination, count, bytes);
    } catch (AssertionError e) {
      throw new AssertionError("counted by the daemon: " + counts(), e);
    }
  }

  private String counts() {
    Snapshot snapshot = counters.snapshot();
    StringBuilder text = new StringBuilder();
    for (Snapshot.InterfaceStats each : snapshot.interfaces()) {
      for (int column = 0; column < snapshot.columns().size(); column++) {
        if (each.total(column) != 0) {
          String name = snapshot.columns().get(column).name();
          text.append(each.name()).append(' ').append(name).append(' ');
          text.append(each.total(column)).append("; ");
        }
      }
    }
    return text.toString();
  }

  HeddleClient client() {
    return client;
  }

  /** Of an interface, all workers together. */
  long counted(String name, String column) {
    Snapshot snapshot = counters.snapshot();
    return TestDaemon.of(snapshot, name).total(snapshot.column(column));
  }

  /** Waits until all packets are accounted for. */
  void awaitBalance() {
    Await.until(
        "the books balance",
        () -> Accounting.of(counters.snapshot()).stream().allMatch(Accounting.Balance::balanced));
  }

  @Override
  public void close() {
    counters.close();
    client.close();
    process.destroy();
    process.onExit().join();
    for (PodNamespace namespace : List.of(pod, host, gateway, devices)) {
      namespace.close();
    }
  }
}
