package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.observe.CountersFile;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.MemifLink;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of workers, and of those who wait for them, when something goes wrong. */
class WorkerThreadTest {
  private static final int NO_SUCH_PROCESSOR = 1000;
  private static final int NO_DESCRIPTOR = Integer.MAX_VALUE;

  @TempDir private Path directory;

  private final Queue<Error> errors = new ConcurrentLinkedQueue<>();
  private final TrainingTables tables = new TrainingTables(new SplittableRandom(9));
  private CountersFile counters;

  @BeforeEach
  void start() {
    counters = CountersFile.create(directory.resolve("counters"), 2, 4, List.of());
  }

  @AfterEach
  void stop() {
    counters.close();
    tables.close();
  }

  @Test
  void shouldGoOnWhenAnyErrorComesBetweenTurns() throws Exception {
    try (WorkerGroup group =
        WorkerGroup.start(List.of(-1, -1), worker -> new Failing(), counters)) {
      for (int i = 0; i < 100; i++) {
        errors.addAll(List.of(new InternalError(), new OutOfMemoryError(), new AssertionError()));
        errors.addAll(List.of(new StackOverflowError(), new NoClassDefFoundError()));

        group.publish(tables.next());
      }
      Pods.await(errors::isEmpty);

      group.publish(tables.next());
    }
  }

  @Test
  void shouldTellTheCallerAndGoOnWhenLinkCannotBeTaken() throws Exception {
    try (Arena arena = Arena.ofShared();
        LoopbackLink link = new LoopbackLink(arena, 0, false, 4, 256);
        WorkerGroup group = WorkerGroup.start(List.of(-1, -1), IdleMode.ADAPTIVE, counters)) {
      assertThatThrownBy(() -> group.linkUp(new Unwatchable(link)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("worker-0 failed")
          .hasMessageContaining("watch descriptor " + NO_DESCRIPTOR);

      group.publish(tables.next());
      group.linkUp(link);
      link.send(60);
      Pods.await(() -> link.room() == 16);
      group.linkDown(link);
    }
  }

  @Test
  void shouldRefuseToStartWhenProcessorDoesNotExist() {
    assertThatThrownBy(
            () -> WorkerGroup.start(List.of(-1, NO_SUCH_PROCESSOR), IdleMode.SPIN, counters))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("worker-1 cannot start")
        .hasMessageContaining("" + NO_SUCH_PROCESSOR);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("worker-"));
  }

  @Test
  void shouldNotWaitForeverWhenWorkersHaveEnded() {
    WorkerGroup group = WorkerGroup.start(List.of(-1, -1), IdleMode.ADAPTIVE, counters);
    group.close();
    try (Arena arena = Arena.ofShared();
        LoopbackLink link = new LoopbackLink(arena, 0, false, 4, 256)) {
      assertThatThrownBy(() -> group.publish(tables.next())).hasMessageContaining("has ended");
      assertThatThrownBy(() -> group.linkUp(link)).hasMessageContaining("has ended");
      assertThatThrownBy(() -> group.linkDown(link)).hasMessageContaining("has ended");
    }
  }

  /** Throws what the test wants thrown, one after the other. */
  private final class Failing implements IdleStrategy {
    @Override
    public void idle(int workCount) {
      Error error = errors.poll();
      if (error != null) {
        throw error;
      }
      BusySpinIdleStrategy.INSTANCE.idle(workCount);
    }

    @Override
    public void idle() {
      idle(0);
    }

    @Override
    public void reset() {
      // Has no state.
    }
  }

  /** A link whose interrupt no worker can wait for. */
  private record Unwatchable(LoopbackLink link) implements MemifLink {
    @Override
    public Ring[] receiveRings() {
      Ring ring = link.receiveRings()[0];
      return new Ring[] {
        new Ring(
            ring.address(),
            ring.log2Size(),
            NO_DESCRIPTOR,
            ring.bufferAddress(),
            ring.bufferRegion(),
            ring.bufferRegionOffset(),
            ring.bufferBytes())
      };
    }

    @Override
    public int interfaceIndex() {
      return link.interfaceIndex();
    }

    @Override
    public boolean server() {
      return link.server();
    }

    @Override
    public boolean ipMode() {
      return link.ipMode();
    }

    @Override
    public long[] regionAddresses() {
      return link.regionAddresses();
    }

    @Override
    public long[] regionBytes() {
      return link.regionBytes();
    }

    @Override
    public Ring[] transmitRings() {
      return link.transmitRings();
    }

    @Override
    public void fail(LinkFault fault) {
      link.fail(fault);
    }
  }
}
