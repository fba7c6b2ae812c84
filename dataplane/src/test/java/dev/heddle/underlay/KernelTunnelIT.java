package dev.heddle.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.compile.TableCompiler;
import dev.heddle.daemon.InterfaceEvents;
import dev.heddle.daemon.KeptNeighbours;
import dev.heddle.ffi.dpdk.Eal;
import dev.heddle.ffi.dpdk.EalArguments;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.model.Node;
import dev.heddle.model.UnderlayAddress;
import dev.heddle.model.Uplink;
import dev.heddle.model.Vtep;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.port.dpdk.DpdkConfig;
import dev.heddle.port.dpdk.DpdkPort;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.worker.IdleMode;
import dev.heddle.worker.WorkerGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernel's own vxlan device as the other node, and another kernel as pod: they talk through our
 * tunnels in both directions, over IPv4 and IPv6, with and without UDP checksums.
 */
class KernelTunnelIT {
  /** The underlay, and what the kernel does about UDP checksums. */
  enum Underlay {
    IPV4(false, List.of("noudpcsum")),
    IPV4_CHECKSUMS(false, List.of("udpcsum")),
    IPV6(true, List.of("udp6zerocsumtx", "udp6zerocsumrx")),
    IPV6_CHECKSUMS(true, List.of("noudp6zerocsumtx", "noudp6zerocsumrx"));

    private final boolean ipv6;
    private final List<String> checksumOptions;

    Underlay(boolean ipv6, List<String> checksumOptions) {
      this.ipv6 = ipv6;
      this.checksumOptions = checksumOptions;
    }

    boolean ipv6() {
      return ipv6;
    }

    List<String> checksumOptions() {
      return checksumOptions;
    }

    int pathMtuBytes() {
      return MTU_BYTES - (ipv6 ? Uplink.OVERHEAD6_BYTES : Uplink.OVERHEAD4_BYTES);
    }
  }

  private static final int MTU_BYTES = 1500;
  private static final int INTERFACES = 2;
  private static final int PINGS = 20;
  private static final int TCP_BYTES = 4 << 20;
  private static final String BLUE = "blue";
  private static final long PREFIX6 = 0xfd00L << 48;
  private static final long UNDERLAY6 = 0x2001_0db8_0000_0000L;

  @TempDir private Path directory;

  private final Arena arena = Arena.ofShared();
  private final Neighbours table = new Neighbours(arena);
  private final TableCompiler compiler = new TableCompiler(new RouteStore(1 << 24), table);
  private CountersFile counters;
  private WorkerGroup group;
  private NeighbourService service;
  private KernelPair kernels;
  private DpdkPort uplink;
  private DpdkPort pod;

  private void start(Underlay underlay) throws Exception {
    Eal.start(EalArguments.defaults(false));
    kernels = new KernelPair(underlay);
    Path file = directory.resolve("counters");
    counters = CountersFile.create(file, 1, INTERFACES, InterfaceEvents.all());
    group = WorkerGroup.start(List.of(-1), IdleMode.ADAPTIVE, counters);
    service =
        NeighbourService.start(
            table, group.neighbourOutput(), group.neighbourReports(), counters.slots()::count);
    compiler.begin();
    int uplinkIndex = compiler.underlay().addUplink(uplink(underlay));
    uplink = open(uplinkIndex, "net_af_packet7,iface=" + KernelPair.UPLINK_DEVICE);
    compiler.underlay().setMac("", uplink.mac());
    compiler.underlay().addNode(node(underlay));
    int podIndex = addNetwork();
    pod = open(podIndex, "net_af_packet8,iface=" + KernelPair.POD_DEVICE);
    compiler.prepare();
    counters.slots().claim(uplinkIndex, "uplink", "");
    counters.slots().claim(podIndex, "pod", BLUE);
    group.publish(compiler.finish(1));
    group.attach(pod);
    group.attach(uplink);
    service.linkUp(uplinkIndex);
    new KeptNeighbours(service).want(compiler.underlay().wantedNeighbours());
    compiler.settle(routeId -> {});
  }

  private DpdkPort open(int interfaceIndex, String device) {
    return kernels.amongDevices(
        () -> DpdkPort.open(new DpdkConfig(interfaceIndex, device, 1, false, MTU_BYTES, 0, 1)));
  }

  private static Uplink uplink(Underlay underlay) {
    UnderlayAddress address =
        underlay.ipv6()
            ? new UnderlayAddress(IpAddress.v6(UNDERLAY6, 1), 64, null)
            : new UnderlayAddress(IpAddress.v4(0xc000_0201), 24, null);
    boolean ipv6 = underlay.ipv6();
    return new Uplink("", "", ipv6 ? null : address, ipv6 ? address : null, MTU_BYTES, 0, memif());
  }

  private static Node node(Underlay underlay) {
    IpAddress address = underlay.ipv6() ? IpAddress.v6(UNDERLAY6, 2) : IpAddress.v4(0xc000_0202);
    boolean acceptsZero = underlay == Underlay.IPV6;
    return new Node("kernel", KernelPair.NODE_MAC, List.of(new Vtep("", address)), acceptsZero);
  }

  private static MemifAttachment memif() {
    return new MemifAttachment(true, "/nowhere", "", 1, "", false, 1, 10, 2048, 1, false, true);
  }

  private int addNetwork() {
    compiler.addNetwork(
        new Network(
            BLUE,
            KernelPair.VNI,
            new IpPrefix(IpAddress.v4(0x0a00_0000), 8),
            new IpPrefix(IpAddress.v6(PREFIX6, 0), 16),
            IpAddress.v4(0x0a00_0001),
            IpAddress.v6(PREFIX6, 1),
            0,
            "",
            false));
    IpAddress address4 = IpAddress.v4(0x0a01_000a);
    IpAddress address6 = IpAddress.v6(PREFIX6 | 1L << 32, 0x10);
    int index =
        compiler.addEndpoint(
            new Endpoint(
                "pod",
                BLUE,
                List.of(address4, address6),
                KernelPair.POD_MAC,
                0,
                List.of(),
                memif()));
    compiler.announceGateways(BLUE);
    compiler.announce("pod");
    NextHopSet toNode =
        new NextHopSet(List.of(new NextHopSet.Member(new NextHop.ToNode("kernel"), 1)));
    int hop = compiler.hop(BLUE, toNode);
    IpAddress remote4 = IpAddress.v4(0x0a02_0000);
    compiler.putRoute(BLUE, hop, false, remote4.high(), remote4.low(), 16);
    compiler.putRoute(BLUE, hop, true, PREFIX6 | 2L << 32, 0, 32);
    return index;
  }

  @AfterEach
  void stop() throws Exception {
    if (group != null) {
      group.detach(pod.interfaceIndex());
      group.detach(uplink.interfaceIndex());
      service.close();
      group.close();
      pod.close();
      uplink.close();
      counters.close();
    }
    compiler.close();
    arena.close();
    kernels.remove();
  }

  @ParameterizedTest
  @EnumSource(Underlay.class)
  void shouldTalkToKernelsVxlanDeviceWhenItIsTheOtherNode(Underlay underlay) throws Exception {
    start(underlay);
    int mtuBytes = underlay.pathMtuBytes();

    KernelPair.ping(kernels.pod(), "10.2.0.20", PINGS, mtuBytes - 28);
    KernelPair.ping(kernels.pod(), "fd00:2::20", PINGS, mtuBytes - 48);
    KernelPair.ping(kernels.node(), "10.1.0.10", PINGS, 56);
    KernelPair.ping(kernels.node(), "fd00:1::10", PINGS, 57);
    converse(kernels.pod(), kernels.node(), "10.2.0.20");
    converse(kernels.node(), kernels.pod(), "fd00:1::10");

    assertThat(count(InterfaceCounter.RX_PACKETS)).isGreaterThan(4 * PINGS);
    assertThat(count(InterfaceCounter.TX_PACKETS)).isGreaterThan(4 * PINGS);
    for (DropReason reason : DropReason.values()) {
      // The kernel looks for routers on its vxlan device, too, and asks its neighbours.
      if (reason != DropReason.VXLAN_NOT_ROUTED && reason.label().startsWith("vxlan")
          || reason.label().startsWith("tunnel")) {
        assertThat(InterfaceCounter.dropped(row(), reason)).as(reason.label()).isZero();
      }
    }
    try (CountersFileReader reader = CountersFileReader.open(directory.resolve("counters"))) {
      UnderlayWorld.await(
          () -> Accounting.of(reader.snapshot()).stream().allMatch(Accounting.Balance::balanced));
    }
  }

  private long row() {
    return counters.rowAddress(0, uplink.interfaceIndex());
  }

  private long count(InterfaceCounter counter) {
    return counter.get(row());
  }

  /** TCP in both directions at once: what is sent comes back. */
  private static void converse(String from, String to, String address) throws Exception {
    byte[] sent = new byte[TCP_BYTES];
    new SplittableRandom(6).nextBytes(sent);
    try (ServerSocket server = KernelPair.in(to, () -> new ServerSocket(0));
        SocketChannel channel = KernelPair.in(from, SocketChannel::open)) {
      Socket client = channel.socket();
      Thread echo = Thread.ofVirtual().start(() -> echo(server));
      client.connect(new InetSocketAddress(address, server.getLocalPort()));
      Thread sender = Thread.ofVirtual().start(() -> send(client, sent));
      byte[] received = client.getInputStream().readNBytes(TCP_BYTES);
      sender.join();
      echo.join();
      assertThat(Arrays.equals(received, sent)).as("what came back is what was sent").isTrue();
    }
  }

  private static void send(Socket client, byte[] bytes) {
    try {
      OutputStream out = client.getOutputStream();
      out.write(bytes);
      client.shutdownOutput();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void echo(ServerSocket server) {
    try (Socket socket = server.accept();
        InputStream in = socket.getInputStream()) {
      in.transferTo(socket.getOutputStream());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
