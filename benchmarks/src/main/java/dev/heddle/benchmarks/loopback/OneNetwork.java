package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.endtoend.BenchNetwork;
import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import java.lang.foreign.Arena;
import java.util.List;

/** The benchmarks' network as the daemon would compile it: interface 0 sends, 1 receives. */
public final class OneNetwork implements AutoCloseable {
  /** Index of the generator's interface. */
  public static final int GENERATOR = 0;

  /** Index of the sink's interface. */
  public static final int SINK = 1;

  private static final String NAME = BenchNetwork.NAME;
  private static final long LIMIT_BYTES = 1L << 30;

  private final TableCompiler compiler =
      new TableCompiler(new RouteStore(LIMIT_BYTES), new Neighbours(Arena.global()));
  private final Tables tables;

  /** Compiles a network with this many routes to the sink. */
  public OneNetwork(int routes, boolean countRoutes) {
    compiler.begin();
    IpPrefix range = new IpPrefix(IpAddress.v4(BenchNetwork.RANGE), BenchNetwork.RANGE_LENGTH);
    compiler.addNetwork(
        new Network(
            NAME,
            BenchNetwork.VNI,
            range,
            null,
            IpAddress.v4(BenchNetwork.RANGE + 1),
            null,
            Network.DEFAULT_MTU_BYTES,
            "",
            countRoutes));
    addEndpoint(BenchNetwork.GENERATOR, BenchNetwork.GENERATOR_ADDRESS, BenchNetwork.GENERATOR_MAC);
    addEndpoint(BenchNetwork.SINK, BenchNetwork.SINK_ADDRESS, BenchNetwork.SINK_MAC);
    NextHopSet toSink =
        new NextHopSet(
            List.of(new NextHopSet.Member(new NextHop.ToEndpoint(BenchNetwork.SINK), 1)));
    int hop = compiler.hop(NAME, toSink);
    for (int route = 0; route < routes; route++) {
      IpAddress prefix = IpAddress.v4(BenchNetwork.routePrefix(route));
      compiler.putRoute(
          NAME, hop, false, prefix.high(), prefix.low(), BenchNetwork.routeLength(route));
    }
    compiler.announceGateways(NAME);
    compiler.announce(BenchNetwork.GENERATOR);
    compiler.announce(BenchNetwork.SINK);
    compiler.prepare();
    tables = compiler.finish(1);
    compiler.settle(routeId -> {});
  }

  /** Its tables, valid until {@link #close()}. */
  public Tables tables() {
    return tables;
  }

  @Override
  public void close() {
    compiler.close();
  }

  private void addEndpoint(String name, int address, long mac) {
    compiler.addEndpoint(
        new Endpoint(
            name,
            NAME,
            List.of(IpAddress.v4(address)),
            Long.reverseBytes(mac) >>> 16,
            0,
            List.of(),
            new MemifAttachment(
                true,
                "/nowhere",
                "",
                0,
                "",
                false,
                1,
                MemifAttachment.DEFAULT_LOG2_RING_SIZE,
                MemifAttachment.DEFAULT_BUFFER_BYTES,
                MemifAttachment.DEFAULT_MAX_REGION_MIB,
                false,
                false)));
  }
}
