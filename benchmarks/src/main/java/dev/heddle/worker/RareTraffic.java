package dev.heddle.worker;

import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.ffi.linux.Cpu;
import dev.heddle.flow.FlowTable;
import dev.heddle.memory.Memory;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifPort;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Main class: a worker, trained as the daemon's are, forwards plain packets for a while; then one
 * packet of a thousand is of another kind each time. Prints one line: millions of packets a second
 * before, slowest 10 ms before, the same two figures afterwards; of the worker's own time.
 */
public final class RareTraffic {
  private static final int SEED = 4711;
  private static final int LOG2_SLOTS = 9;
  private static final int BUFFER_BYTES = 2048;
  private static final int PLAIN_TO_ONE_RARE = 1024;
  private static final int WARM_UP_SLICES = 300;
  private static final int SLICES = 200;
  private static final long SLICE_NS = 10_000_000;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Arena arena = Arena.ofConfined();
  private final RouteCounters routeCounters = new RouteCounters();
  private final TrainingTables tables = new TrainingTables(random);
  private final TrainingFrames frames = new TrainingFrames(arena, tables, random, 0);
  private final List<LoopbackLink> links = new ArrayList<>();
  private final FlowTable flows = new FlowTable(1 << 10, 1, System.nanoTime());
  private final Worker worker;
  private long given;

  private RareTraffic() {
    Publication publication = new Publication();
    publication.set(tables.next());
    WorkerCounters counters = WorkerCounters.scratch(arena, TrainingTables.INTERFACES);
    int interfaces = TrainingTables.INTERFACES;
    worker =
        new Worker("plain", -1, publication, arena, interfaces, counters, routeCounters, flows);
    for (int i = 0; i < TrainingTables.SENDERS; i++) {
      LoopbackLink link =
          new LoopbackLink(
              arena, i, i % 2 == 0, TrainingTables.ipMode(i), LOG2_SLOTS, BUFFER_BYTES);
      worker.attach(new MemifPort(link), 0, 1);
      links.add(link);
    }
  }

  /** Takes no argument. */
  public static void main(String[] arguments) {
    Cpu.pinTo(Cores.TESTED);
    Training.once();
    RareTraffic traffic = new RareTraffic();
    List<TrainingFrames.Frame> plain = traffic.frames.plain();
    traffic.run(WARM_UP_SLICES, plain);
    String before = traffic.run(SLICES, plain);
    System.out.println(before + "," + traffic.run(SLICES, traffic.frames.rare()));
  }

  /** Mixes packets of the list into plain ones. */
  private String run(int slices, List<TrainingFrames.Frame> others) {
    double[] mpps = new double[slices];
    for (int slice = 0; slice < slices; slice++) {
      long workNs = 0;
      long packets = 0;
      while (workNs < SLICE_NS) {
        fill(others);
        long begin = System.nanoTime();
        packets += worker.doWork();
        workNs += System.nanoTime() - begin;
        links.forEach(RareTraffic::drain);
      }
      mpps[slice] = packets * 1e3 / workNs;
    }
    Arrays.sort(mpps);
    return mpps[slices / 2] + "," + mpps[0];
  }

  private static void drain(LoopbackLink link) {
    while (link.pending() > 0) {
      link.collect();
    }
  }

  private void fill(List<TrainingFrames.Frame> others) {
    LoopbackLink link = links.getFirst();
    List<TrainingFrames.Frame> plain = frames.plain();
    while (link.room() > 0) {
      boolean rare = ++given % PLAIN_TO_ONE_RARE == 0;
      List<TrainingFrames.Frame> from = rare ? others : plain;
      TrainingFrames.Frame frame = from.get(random.nextInt(from.size()));
      int bytes = Math.min(frame.bytes(), BUFFER_BYTES);
      Memory.copy(frame.address(), link.nextBuffer(), bytes);
      link.fill(0, bytes);
    }
    link.publishSent();
  }
}
