package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.WorkerCounter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whether a worker that stands still is told from one that works, and from one that sleeps. */
class StallWatchTest {
  private static final long MS = 1_000_000;

  @TempDir Path directory;

  /** The clock that the watch reads. */
  private final AtomicLong nowNs = new AtomicLong();

  /** Stands still when it is told to. */
  private static final class Holding implements IdleStrategy {
    private final Semaphore free = new Semaphore(1);

    @Override
    public void idle(int work) {
      free.acquireUninterruptibly();
      free.release();
    }

    @Override
    public void idle() {}

    @Override
    public void reset() {}

    /** Returns once the worker waits in the middle of a turn. */
    void hold() {
      free.acquireUninterruptibly();
      Pods.await(free::hasQueuedThreads);
    }

    void letGo() {
      free.release();
    }
  }

  private CountersFile counters(int workers) {
    return CountersFile.create(directory.resolve("counters"), workers, 4, List.of());
  }

  private void lookAt(StallWatch watch, long ms) {
    nowNs.set(ms * MS);
    watch.look();
  }

  @Test
  void shouldTellAStalledWorkerUntilItGoesOn() {
    Holding holding = new Holding();
    try (CountersFile counters = counters(2);
        WorkerGroup group =
            WorkerGroup.start(
                List.of(-1, -1),
                worker ->
                    worker.roleName().equals("worker-1") ? holding : BusySpinIdleStrategy.INSTANCE,
                counters)) {
      StallWatch watch = group.stallWatch(nowNs::get);
      assertThat(watch.workers()).isEqualTo(2);
      ListAppender<ILoggingEvent> log = new ListAppender<>();
      log.start();
      Logger logger = (Logger) LoggerFactory.getLogger(StallWatch.class);
      logger.addAppender(log);

      holding.hold();
      lookAt(watch, 0);
      awaitTurn(counters, 0);
      assertThat(watch.stalled()).isEmpty();
      lookAt(watch, 100);
      assertThat(watch.isStalled(0)).isFalse();
      assertThat(watch.isStalled(1)).isTrue();
      assertThat(watch.ended()).isEmpty();
      awaitTurn(counters, 0);
      lookAt(watch, 400);
      assertThat(counters.worker(0).get(WorkerCounter.STALLS)).isZero();
      assertThat(counters.worker(1).get(WorkerCounter.STALLS)).isEqualTo(1);
      logger.detachAppender(log);
      assertThat(log.list)
          .singleElement()
          .satisfies(line -> assertThat(line.getMessage()).isEqualTo("a worker stands still"))
          .satisfies(line ->
              assertThat(line.getKeyValuePairs())
                  .extracting(Object::toString)
                  .containsExactly("worker=\"worker-1\"", "stalls=\"1\""));

      holding.letGo();
      awaitTurn(counters, 1);
      lookAt(watch, 425);
      // Those who ask each 100 ms must hear of it.
      assertThat(watch.stalled()).containsExactly("worker-1");
      awaitTurn(counters, 0);
      awaitTurn(counters, 1);
      lookAt(watch, 650);
      assertThat(watch.stalled()).isEmpty();
    } finally {
      holding.letGo();
    }
  }

  private static void awaitTurn(CountersFile counters, int worker) {
    long before = counters.worker(worker).get(WorkerCounter.IDLE_CYCLES);
    Pods.await(() -> counters.worker(worker).get(WorkerCounter.IDLE_CYCLES) > before);
  }

  @Test
  void shouldCountEveryStallOf150MsAndNoneOf90WheneverItBegins() {
    Holding holding = new Holding();
    try (CountersFile counters = counters(1);
        WorkerGroup group = WorkerGroup.start(List.of(-1), _ -> holding, counters)) {
      StallWatch watch = group.stallWatch(nowNs::get);
      long lookMs = 0;
      long expected = 0;
      for (int phaseMs = 1; phaseMs <= StallWatch.LOOK_MS; phaseMs++) {
        for (int stallMs : new int[] {90, 150}) {
          lookAt(watch, lookMs);
          awaitTurn(counters, 0);
          holding.hold();
          long endMs = lookMs + phaseMs + stallMs;
          for (lookMs += StallWatch.LOOK_MS; lookMs < endMs; lookMs += StallWatch.LOOK_MS) {
            lookAt(watch, lookMs);
          }
          holding.letGo();
          awaitTurn(counters, 0);
          expected += stallMs == 150 ? 1 : 0;
          assertThat(counters.worker(0).get(WorkerCounter.STALLS))
              .as("a stall of %d ms, %d ms after a look", stallMs, phaseMs)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void shouldNotTakeSleepForAStall() {
    try (CountersFile counters = counters(1);
        WorkerGroup group = WorkerGroup.start(List.of(-1), IdleMode.ADAPTIVE, counters)) {
      StallWatch watch = group.stallWatch(nowNs::get);
      Pods.await(() -> counters.worker(0).get(WorkerCounter.SLEEPS) > 0);
      lookAt(watch, 0);
      lookAt(watch, 1_000);
      assertThat(watch.isStalled(0)).isFalse();
    }
  }
}
