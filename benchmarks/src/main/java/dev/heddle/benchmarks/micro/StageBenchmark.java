package dev.heddle.benchmarks.micro;

import dev.heddle.benchmarks.endtoend.Scenario;
import dev.heddle.benchmarks.loopback.LocalLink;
import dev.heddle.benchmarks.loopback.OneNetwork;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.benchmarks.traffic.TrafficLoop;
import dev.heddle.ffi.linux.PeerSignal;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.packet.TxWindow;
import dev.heddle.port.OpenPorts;
import dev.heddle.port.RxQueue;
import dev.heddle.port.TxPort;
import dev.heddle.port.memif.GatherBuffer;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.MemifRxQueue;
import dev.heddle.port.memif.MemifTxPort;
import dev.heddle.port.memif.MemifTxQueue;
import dev.heddle.port.memif.ScatterList;
import dev.heddle.stage.RouteLookup;
import dev.heddle.stage.Transit;
import dev.heddle.table.Attachment;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The three steps of a plain packet, each alone over full batches, on one core. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StageBenchmark {
  private static final Map<String, Scenario> SCENARIOS =
      Map.of("64B-1route", Scenario.SMALL, "1500B-1route", Scenario.LARGE);
  private static final int INTERFACES = 2;

  @Param({"64B-1route", "1500B-1route"})
  public String scenario;

  private final Arena arena = Arena.ofShared();
  private final Batch batch = new Batch();
  private final TxWindow window = new TxWindow(arena);
  private final OpenPorts openPorts = new OpenPorts(INTERFACES);
  private final PeerSignal signal = new PeerSignal();
  private final long countersRow = arena.allocate(InterfaceCounter.ROW_BYTES, 64).address();
  private SharedRings source;
  private SharedRings sink;
  private TrafficLoop traffic;
  private OneNetwork network;
  private Tables tables;
  private Attachment in;
  private Vrf vrf;
  private RxQueue queue;
  private TxPort port;

  /** Builds rings and tables and takes the first batch through all steps. */
  @Setup
  public void build() {
    Scenario what = SCENARIOS.get(scenario);
    source = what.fill();
    sink = new SharedRings(SharedRings.Shape.standard());
    traffic = new TrafficLoop(source, sink);
    network = new OneNetwork(what);
    tables = network.tables();
    in = tables.attachment(OneNetwork.GENERATOR);
    vrf = tables.vrfs()[in.vrfIndex()];
    MemifLink generator = new LocalLink(OneNetwork.GENERATOR, source);
    queue = new MemifRxQueue(generator, generator.receiveRings()[0], new GatherBuffer(arena));
    MemifLink receiver = new LocalLink(OneNetwork.SINK, sink);
    port =
        new MemifTxPort(
            new MemifTxQueue(receiver, receiver.transmitRings()[0]),
            countersRow,
            openPorts,
            new ScatterList(),
            signal);
    traffic.look();
    queue.receive(batch, countersRow);
    lookup();
    forward();
  }

  /** Frees everything. */
  @TearDown
  public void free() {
    signal.close();
    network.close();
    source.close();
    sink.close();
    arena.close();
  }

  /** Takes a batch off the ring and gives it back: descriptors read and checked. */
  @Benchmark
  @OperationsPerInvocation(Batch.CAPACITY)
  public int receive() {
    traffic.look();
    int taken = queue.receive(batch, countersRow);
    queue.release();
    return taken;
  }

  /** Looks up a batch's next hops. */
  @Benchmark
  @OperationsPerInvocation(Batch.CAPACITY)
  public boolean lookup() {
    return RouteLookup.resolve(batch, vrf, tables);
  }

  /** Checks a batch, rewrites its headers into the receiver's buffers and publishes it. */
  @Benchmark
  @OperationsPerInvocation(Batch.CAPACITY)
  public long forward() {
    traffic.look();
    int from = 0;
    while (from < batch.count) {
      port.reserve(window, batch.count - from);
      int to = Transit.forward4(batch, from, from + window.room, in, tables.hops(), window);
      port.commit(window, batch, from, to);
      from = to;
    }
    openPorts.flushAll();
    return traffic.received();
  }
}
