package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.ServerInfo;
import dev.heddle.compile.TableCompiler;
import dev.heddle.daemon.MemifPorts;
import dev.heddle.model.Uplink;
import dev.heddle.observe.CountersFile;
import dev.heddle.port.memif.LinkOwner;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.channel.MemifConductor;
import dev.heddle.port.memif.channel.MemifEvents;
import dev.heddle.port.memif.channel.MemifLimits;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The control path up to where workers begin, behind its real socket, with real memif sockets. */
final class ControlFixture implements AutoCloseable {
  static final int MAX_ENDPOINTS = 64;
  static final long ROOM_BYTES = 200L << 20;

  private static final LinkOwner NOBODY =
      new LinkOwner() {
        @Override
        public void linkUp(MemifLink link) {}

        @Override
        public void linkDown(MemifLink link) {}
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

  final Path directory;
  final Meter meter = new Meter();
  final TransactionRoom room = new TransactionRoom(ROOM_BYTES);
  final Path socket;
  final HeddleClient client;
  private final RouteStore routes = new RouteStore(1L << 30);
  private final CountersFile counters;
  private final MemifConductor conductor;
  private final ApiServer server;
  private volatile Tables published = Tables.EMPTY;

  ControlFixture(Path directory) throws IOException {
    this.directory = directory;
    socket = directory.resolve("api.sock");
    counters =
        CountersFile.create(
            directory.resolve("counters"),
            1,
            MAX_ENDPOINTS + Uplink.MAX_UPLINKS,
            MemifEvents.all());
    conductor = MemifConductor.start(NOBODY, MemifLimits.DEFAULTS, "test", counters.slots()::count);
    ControlPlane controlPlane =
        new ControlPlane(
            new TableCompiler(routes),
            new MemifPorts(conductor, counters.slots()),
            tables -> published = tables,
            meter,
            totals -> {});
    server =
        ApiServer.start(
            socket,
            new HeddleService(
                    controlPlane, room, ServerInfo.newBuilder().setVersion("test").build())
                .bindService());
    client = HeddleClient.connect(socket, Duration.ofMinutes(2));
  }

  /** The tables that were published last. */
  Tables tables() {
    return published;
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

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
    conductor.close();
    counters.close();
    routes.close();
  }
}
