package dev.heddle.worker;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a worker's code with every kind of packet before a real port opens.
 *
 * <p>HotSpot compiles a branch that was never taken into a jump back to the interpreter: the first
 * malformed packet after minutes of good ones would stop a worker for some 150 ms. So a worker of
 * its own meets everything here, over loopback rings, mixed into plain traffic, again and again:
 * the compilers catch up in between, so that what they left out is met by the next session.
 */
final class Training {
  private static final Logger LOG = LoggerFactory.getLogger(Training.class);

  /**
   * It ends after so many sessions in a row that gave the compilers nothing to do. A branch that
   * only one session in ten meets by some way has its turn, too.
   */
  private static final int QUIET_SESSIONS = 14;

  /** Only so that a JVM which compiles without end can start, too. */
  private static final int MOST_SESSIONS = 120;

  private static final int TURNS_PER_SESSION = 120;

  /** Always the same, so that each start of the daemon compiles from the same profile. */
  private static final int SEED = 2;

  private static boolean done;

  private Training() {}

  /** Trains unless this JVM has been trained; then it returns at once. */
  static synchronized void once() {
    if (!done) {
      done = true;
      run();
    }
  }

  private static void run() {
    long beginNs = System.nanoTime();
    SplittableRandom random = new SplittableRandom(SEED);
    long packets = 0;
    int sessions = 0;
    try (Arena arena = Arena.ofConfined();
        TrainingTables tables = new TrainingTables(random);
        RouteCounters routeCounters = new RouteCounters()) {
      TrainingTraffic traffic = new TrainingTraffic(arena, tables, random);
      // A new worker each time: its rate limits are full, so that ICMP errors are made throughout.
      for (int quiet = 0; quiet < QUIET_SESSIONS && sessions < MOST_SESSIONS; sessions++) {
        try (TrainingSession session =
            new TrainingSession(tables, traffic, routeCounters, random, false)) {
          packets += session.run(TURNS_PER_SESSION);
        }
        // Only compiled code can meet a branch that it does not know.
        quiet = Compilers.await() ? 0 : quiet + 1;
      }
    }
    long tookMs = (System.nanoTime() - beginNs) / 1_000_000;
    LOG.atInfo()
        .addKeyValue("packets", packets)
        .addKeyValue("sessions", sessions)
        .addKeyValue("ms", tookMs)
        .log("the workers' code is trained");
  }
}
