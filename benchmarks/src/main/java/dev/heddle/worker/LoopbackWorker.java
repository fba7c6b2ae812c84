package dev.heddle.worker;

import dev.heddle.benchmarks.endtoend.Scenario;
import dev.heddle.benchmarks.loopback.LocalLink;
import dev.heddle.benchmarks.loopback.LoopbackNetwork;
import dev.heddle.benchmarks.loopback.OneNetwork;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.benchmarks.traffic.TrafficLoop;
import dev.heddle.flow.FlowTable;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.port.Port;
import dev.heddle.port.TxPort;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.MemifPort;
import dev.heddle.table.Tables;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/**
 * A worker whose rings are filled and drained by its own thread, between two turns: its speed does
 * not depend on another core. It stands in the workers' package to be able to build one.
 */
public final class LoopbackWorker implements AutoCloseable {
  /** Interfaces that have a ring; further ones may follow. */
  public static final int INTERFACES = 2;

  /** A network may have half of them. */
  private static final int FLOWS = 1 << 19;

  private static final int SILENCE_S = 100_000;
  private static final int NOT_PINNED = -1;

  private final Arena arena = Arena.ofShared();
  private final SharedRings source;
  private final SharedRings sink = new SharedRings(SharedRings.Shape.standard());
  private final LoopbackNetwork network;
  private final CountersFile counters;
  private final TrafficLoop traffic;
  private final FlowTable flows = new FlowTable(FLOWS, 1, System.nanoTime());
  private final Publication publication = new Publication();
  private final Worker worker;

  /**
   * Trains the JVM as the daemon does.
   *
   * @param directory where its counters file goes
   */
  public LoopbackWorker(Path directory, Scenario scenario) {
    this(directory, scenario, INTERFACES);
  }

  /**
   * The same with room for further interfaces.
   *
   * @param interfaces how many there may be, the rings' included
   */
  public LoopbackWorker(Path directory, Scenario scenario, int interfaces) {
    this(directory, scenario.fill(), new OneNetwork(scenario), interfaces);
  }

  /**
   * The same with other frames and another network; both are closed with it.
   *
   * @param frames what the generator sends
   */
  public LoopbackWorker(Path directory, SharedRings frames, LoopbackNetwork compiled) {
    this(directory, frames, compiled, LoopbackNetwork.SINK + compiled.sinks());
  }

  private LoopbackWorker(
      Path directory, SharedRings frames, LoopbackNetwork compiled, int interfaces) {
    Training.once();
    source = frames;
    network = compiled;
    counters = CountersFile.create(directory.resolve("counters"), 1, interfaces, List.of());
    traffic = new TrafficLoop(source, sink);
    publication.set(network.tables());
    worker =
        new Worker(
            "loopback",
            NOT_PINNED,
            publication,
            arena,
            interfaces,
            counters.worker(0),
            new RouteCounters(),
            flows);
    attach();
  }

  private void attach() {
    MemifLink generator = new LocalLink(LoopbackNetwork.GENERATOR, source);
    worker.addQueue(new MemifPort(generator).openReceiveQueue(0, worker.tools()));
    MemifLink receiver = new LocalLink(LoopbackNetwork.SINK, sink);
    TxPort port = new MemifPort(receiver).openTransmitPort(0, worker.tools());
    for (int i = 0; i < network.sinks(); i++) {
      worker.egress().set(LoopbackNetwork.SINK + i, port);
    }
  }

  /**
   * Fills the receive ring, takes what was sent and lets the worker turn once.
   *
   * @return packets that the worker took
   */
  public int turn() {
    traffic.look();
    return worker.doWork();
  }

  /** Lets the worker turn once with whatever is there. */
  public int turnAlone() {
    return worker.doWork();
  }

  /** Fills the receive ring and takes what was sent, for {@link #turnAlone}. */
  public void fill() {
    traffic.look();
  }

  /** Adds a further interface. */
  public void attach(Port port) {
    worker.attach(port, 0, 1);
  }

  /** Ends all flows, as if they had been silent for long enough. */
  public void forgetFlows() {
    flows.age(SILENCE_S);
    flows.sweep(0, 1, flows.seconds(System.nanoTime()));
  }

  /** Any thread: has the worker run other tables from its next turn on. */
  public void publish(Tables tables) {
    publication.set(tables);
  }

  /** Any thread: the revision that the worker runs. */
  public long revision() {
    return worker.revision();
  }

  /** Connections that policy let through so far. */
  public long flowsAdded() {
    return worker.counters().get(WorkerCounter.FLOWS_ADDED);
  }

  /** Connections that were decided about again since a program changed. */
  public long flowsRenewed() {
    return worker.counters().get(WorkerCounter.FLOWS_RENEWED);
  }

  /** Packets that arrived at the other end so far. */
  public long received() {
    return traffic.received();
  }

  /** Packets that the worker took so far. */
  public long taken() {
    return worker.counters().get(WorkerCounter.PACKETS);
  }

  /** Frees everything; no turn may follow. */
  @Override
  public void close() {
    worker.onClose();
    flows.close();
    counters.close();
    network.close();
    source.close();
    sink.close();
    arena.close();
  }
}
