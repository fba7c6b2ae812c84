package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.ServerInfo;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.Vtep;
import dev.heddle.api.v1.WorkerStatus;
import dev.heddle.compile.TableCompiler;
import dev.heddle.compile.WantedNeighbour;
import dev.heddle.control.journal.Journal;
import dev.heddle.daemon.DaemonPorts;
import dev.heddle.daemon.DpdkUplinks;
import dev.heddle.daemon.InterfaceEvents;
import dev.heddle.daemon.InterfaceWatcher;
import dev.heddle.daemon.KernelPods;
import dev.heddle.flow.FlowTable;
import dev.heddle.observe.CountersFile;
import dev.heddle.port.Port;
import dev.heddle.port.PortOwner;
import dev.heddle.port.memif.LinkOwner;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.channel.MemifConductor;
import dev.heddle.port.memif.channel.MemifLimits;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import dev.heddle.worker.DryRun;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The control path up to where workers begin, behind its real socket, with real memif sockets. */
final class ControlFixture implements AutoCloseable {
  static final int MAX_ENDPOINTS = 64;
  static final String INSTANCE = "one";
  static final long ROOM_BYTES = 200L << 20;

  private static final LinkOwner NOBODY =
      new LinkOwner() {
        @Override
        public void linkUp(MemifLink link) {}

        @Override
        public void linkDown(MemifLink link) {}
      };

  private static final PortOwner NO_WORKERS =
      new PortOwner() {
        @Override
        public void attach(Port port) {}

        @Override
        public void detach(int interfaceIndex) {}
      };

  /** Stands for the workers' counters; nothing else writes them here. */
  static final class Meter implements RouteMeter {
    final Map<Integer, Long> packets = new ConcurrentHashMap<>();

    @Override
    public long packets(int routeId) {
      return packets.getOrDefault(routeId, 0L);
    }

    @Override
    public long bytes(int routeId) {
      return 100 * packets(routeId);
    }

    @Override
    public void clear(int routeId) {
      packets.remove(routeId);
    }
  }

  /** Stands for those who ask on the underlay; nobody answers them but a test. */
  static final class Neighbourhood implements UnderlayNeighbours {
    volatile List<WantedNeighbour> wanted = List.of();
    volatile List<KnownNeighbour> known = List.of();

    @Override
    public void want(List<WantedNeighbour> all) {
      wanted = all;
    }

    @Override
    public List<KnownNeighbour> known() {
      return known;
    }
  }

  /** Stands for one worker. */
  static final class Stalls implements Workers {
    volatile boolean stalled;

    @Override
    public int count() {
      return 1;
    }

    @Override
    public boolean isStalled(int worker) {
      return stalled;
    }

    @Override
    public WorkerStatus status(int worker) {
      return WorkerStatus.getDefaultInstance();
    }
  }

  final ControlPlane plane;
  final Stalls stalls = new Stalls();
  final Path directory;
  final Neighbourhood neighbourhood = new Neighbourhood();
  final Meter meter = new Meter();
  final TransactionRoom room = new TransactionRoom(ROOM_BYTES);
  final Path socket;
  final HeddleClient client;
  private final Arena arena = Arena.ofShared();
  private final RouteStore routes = new RouteStore(1L << 30);
  private final FlowTable flows = new FlowTable(8, 1, System.nanoTime());
  private final CountersFile counters;
  private final MemifConductor conductor;
  private final KernelPods kernelPods;
  private final LimitedPorts ports;
  private final DpdkUplinks dpdk = new DpdkUplinks(NO_WORKERS, 1, List.of(), interfaceIndex -> {});
  private final Journal journal;
  private final Watches watches;
  private final ApiServer server;
  private final AtomicInteger publications = new AtomicInteger();
  private volatile Tables published = Tables.EMPTY;

  ControlFixture(Path directory) throws IOException {
    this.directory = directory;
    socket = directory.resolve("api.sock");
    counters =
        CountersFile.create(
            directory.resolve("counters"),
            1,
            MAX_ENDPOINTS + dev.heddle.model.Uplink.MAX_UPLINKS,
            InterfaceEvents.all());
    conductor = MemifConductor.start(NOBODY, MemifLimits.DEFAULTS, "test", counters.slots()::count);
    kernelPods = new KernelPods(NO_WORKERS, counters.slots());
    ports =
        new LimitedPorts(
            new DaemonPorts(
                conductor, dpdk, kernelPods, counters.slots(), InterfaceWatcher.NOBODY));
    journal = Journal.open(directory.resolve("journal"));
    plane =
        new ControlPlane(
            new TableCompiler(routes, new Neighbours(arena)),
            ports,
            this::publish,
            neighbourhood,
            meter,
            totals -> {},
            journal,
            List.of(),
            new DryRun(flows));
    restore();
    watches = new Watches(plane, stalls, INSTANCE);
    server =
        ApiServer.start(
            ApiDoors.at(socket),
            List.of(
                new HeddleService(
                        plane,
                        room,
                        ServerInfo.newBuilder().setVersion("test").setInstanceId(INSTANCE).build(),
                        stalls,
                        watches)
                    .bindService()));
    client = HeddleClient.connect(socket, Duration.ofMinutes(2));
  }

  private void restore() {
    try {
      plane.restore();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Which uplinks' ports were resized since this was asked last, and to what. */
  List<String> resized() {
    return ports.resized();
  }

  /** The tables that were published last. */
  Tables tables() {
    return published;
  }

  /** How many times tables were published. */
  int publications() {
    return publications.get();
  }

  private void publish(Tables tables) {
    published = tables;
    publications.incrementAndGet();
  }

  MemifConductor conductor() {
    return conductor;
  }

  static Network network(String name, int vni, String... ranges) {
    Network.Builder network = Network.newBuilder().setName(name).setVni(vni);
    for (String range : ranges) {
      if (range.contains(":")) {
        network.setRange6(Addresses.parsePrefix(range));
      } else {
        network.setRange4(Addresses.parsePrefix(range));
      }
    }
    return network.build();
  }

  /** An endpoint with a socket of its own in the fixture's directory. */
  Endpoint endpoint(String name, String network, String... addresses) {
    return Endpoint.newBuilder()
        .setName(name)
        .setNetwork(network)
        .setMac(
            ByteString.copyFrom(
                ByteBuffer.allocate(6).putShort((short) 0x0200).putInt(name.hashCode()).flip()))
        .addAllAddresses(Arrays.stream(addresses).map(Addresses::parse).toList())
        .setMemif(
            Memif.newBuilder()
                .setRole(Memif.Role.ROLE_SERVER)
                .setSocket(directory.resolve(name + ".sock").toString()))
        .build();
  }

  /** An uplink by memif, with a socket of its own in the fixture's directory. */
  Uplink uplink(String name, String... addresses) {
    Uplink.Builder uplink =
        Uplink.newBuilder()
            .setName(name)
            .setMemif(
                Memif.newBuilder()
                    .setRole(Memif.Role.ROLE_SERVER)
                    .setSocket(directory.resolve("uplink" + name + ".sock").toString()));
    for (String text : addresses) {
      Prefix address = Addresses.parsePrefix(text);
      if (text.contains(":")) {
        uplink.setAddress6(address.getAddress()).setPrefixLength6(address.getLength());
      } else {
        uplink.setAddress4(address.getAddress()).setPrefixLength4(address.getLength());
      }
    }
    return uplink.build();
  }

  /** Another node on the default physical network. */
  static Node node(String name, String... addresses) {
    return Node.newBuilder()
        .setName(name)
        .addAllVteps(Arrays.stream(addresses).map(address -> vtep("", address)).toList())
        .build();
  }

  static Vtep vtep(String physicalNetwork, String address) {
    return Vtep.newBuilder()
        .setPhysicalNetworkName(physicalNetwork)
        .setAddress(Addresses.parse(address))
        .build();
  }

  @Override
  public void close() throws IOException {
    client.close();
    watches.close();
    server.close();
    kernelPods.close();
    dpdk.close();
    conductor.close();
    journal.close();
    counters.close();
    routes.close();
    flows.close();
    arena.close();
  }
}
