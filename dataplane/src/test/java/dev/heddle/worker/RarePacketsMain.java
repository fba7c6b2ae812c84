package dev.heddle.worker;

import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifPort;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.SplittableRandom;
import jdk.jfr.Recording;

/**
 * Main class: trains as the daemon does, lets a worker forward plain packets for a while, then
 * mixes in rare ones of every kind and traces that ask policy, which the training has none of; and
 * records all deoptimisations since the training in the file that the argument names.
 */
final class RarePacketsMain {
  private static final long PLAIN_PACKETS = 10_000_000;
  private static final int SESSIONS = 8;
  private static final int TURNS = 150;

  private RarePacketsMain() {}

  public static void main(String[] arguments) throws Exception {
    Training.once();
    try (Recording recording = new Recording();
        Arena arena = Arena.ofConfined();
        RouteCounters routeCounters = new RouteCounters()) {
      recording.enable("jdk.Deoptimization").withoutStackTrace();
      recording.start();
      SplittableRandom random = new SplittableRandom(77);
      try (TrainingTables tables = new TrainingTables(random)) {
        TrainingTraffic traffic = new TrainingTraffic(arena, tables, random);
        forwardPlain(arena, tables, traffic.pod(0), routeCounters);
        for (int i = 0; i < SESSIONS; i++) {
          try (TrainingSession session =
              new TrainingSession(tables, traffic, routeCounters, random, true)) {
            session.run(TURNS, Training.ONE_RARE_IN);
          }
        }
      }
      recording.stop();
      recording.dump(Path.of(arguments[0]));
    }
  }

  private static void forwardPlain(
      Arena arena, TrainingTables tables, TrainingFrames frames, RouteCounters routeCounters) {
    WorkerCounters counters = WorkerCounters.scratch(arena, TrainingTables.INTERFACES);
    Publication publication = new Publication();
    publication.set(tables.next());
    Worker worker =
        new Worker(
            "plain",
            -1,
            publication,
            arena,
            TrainingTables.INTERFACES,
            counters,
            routeCounters,
            TestFlows.TABLE);
    try (LoopbackLink link = new LoopbackLink(arena, 0, false, 8, 2048)) {
      worker.attach(new MemifPort(link), 0, 1);
      TrainingFrames.Frame frame = frames.plain().getFirst();
      while (link.room() > 0) {
        dev.heddle.memory.Memory.copy(frame.address(), link.nextBuffer(), frame.bytes());
        link.send(frame.bytes());
      }
      while (counters.get(WorkerCounter.PACKETS) < PLAIN_PACKETS) {
        worker.doWork();
        link.collectAll();
        link.resend();
      }
    }
    worker.onClose();
  }
}
