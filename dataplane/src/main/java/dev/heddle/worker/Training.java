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
 * its own meets everything here, over loopback rings, mixed into plain traffic: first so few
 * packets that the optimising compiler, which the JVM's options make wait for ten times as many
 * calls as usual, has all branches in its profile when it comes, then so many that it does come.
 */
final class Training {
  private static final Logger LOG = LoggerFactory.getLogger(Training.class);

  /**
   * Before anything is hot enough for the optimising compiler, so that it knows all branches when
   * it comes. No session meets all of them.
   */
  private static final int SHORT_SESSIONS = 30;

  private static final int TURNS_PER_SHORT_SESSION = 24;

  /** One packet of so many is rare, half of the time. */
  private static final int RARE_IN_SHORT_SESSION = 2;

  /** Until everything hot is compiled, and what was left out in spite of that is met again. */
  private static final int SESSIONS = 12;

  private static final int TURNS_PER_SESSION = 120;

  /** One packet of so many is rare, half of the time. */
  static final int ONE_RARE_IN = 8;

  /** Always the same, so that each start of the daemon compiles from the same profile. */
  private static final int SEED = 3;

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
    try (Arena arena = Arena.ofConfined();
        TrainingTables tables = new TrainingTables(random);
        RouteCounters routeCounters = new RouteCounters()) {
      TrainingTraffic traffic = new TrainingTraffic(arena, tables, random);
      // A new worker each time: its rate limits are full, so that ICMP errors are made throughout.
      for (int number = 0; number < SHORT_SESSIONS + SESSIONS; number++) {
        try (TrainingSession session =
            new TrainingSession(tables, traffic, routeCounters, random, false)) {
          boolean isShort = number < SHORT_SESSIONS;
          packets +=
              isShort
                  ? session.run(TURNS_PER_SHORT_SESSION, RARE_IN_SHORT_SESSION)
                  : session.run(TURNS_PER_SESSION, ONE_RARE_IN);
        }
        // Only compiled code can meet a branch that it does not know.
        Compilers.await();
      }
    }
    long tookMs = (System.nanoTime() - beginNs) / 1_000_000;
    LOG.atInfo()
        .addKeyValue("packets", packets)
        .addKeyValue("ms", tookMs)
        .log("the workers' code is trained");
  }
}
