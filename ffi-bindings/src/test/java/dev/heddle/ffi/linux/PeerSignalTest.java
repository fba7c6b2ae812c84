package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerSignalTest {
  private static final MethodHandle READ =
      Libc.function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE =
      Libc.function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle BLOCKING_EVENTFD =
      Libc.function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final long LARGEST_COUNT = 0xffff_ffff_ffff_fffeL;
  private static final int ROUNDS = 100_000;

  /** What the assertion itself may take; far less than a byte for each call. */
  private static final long ALLOWED_BYTES = 1_000;

  private final PeerSignal peers = new PeerSignal();
  private final int event = EventFd.create();

  @AfterEach
  void close() {
    peers.close();
    FileDescriptors.close(event);
  }

  @Test
  void shouldCountEverySignal() throws Throwable {
    for (int round = 0; round < 10_000; round++) {
      assertThat(peers.signal(event)).isTrue();
    }
    assertThat(count(event)).isEqualTo(10_000);
  }

  @Test
  void shouldWakeWhoWaitsForEdges() {
    try (Epoll epoll = new Epoll(1)) {
      epoll.add(event, Epoll.IN | Epoll.EDGES, 0);
      for (int round = 0; round < 3; round++) {
        peers.signal(event);
        assertThat(epoll.await(0)).isEqualTo(1);
        assertThat(epoll.await(0)).isZero();
      }
    }
  }

  @Test
  void shouldNotWaitWhenThePeerFilledABlockingCounter() throws Throwable {
    int hostile = (int) BLOCKING_EVENTFD.invokeExact(Libc.errnoPlace(), 0, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment largest = arena.allocateFrom(JAVA_LONG, LARGEST_COUNT);
      assertThat((long) WRITE.invokeExact(Libc.errnoPlace(), hostile, largest, 8L)).isEqualTo(8);
      for (int round = 0; round < 1_000; round++) {
        assertThat(peers.signal(hostile)).isTrue();
      }
    } finally {
      FileDescriptors.close(hostile);
    }
  }

  @Test
  void shouldRefuseWhatIsNoEventDescriptor() {
    int memory = Memfd.create("no event", 8);
    assertThat(peers.signal(memory)).isFalse();
    assertThat(peers.signal(-1)).isFalse();
    FileDescriptors.close(memory);
    assertThat(peers.signal(memory)).isFalse();
    assertThat(peers.signal(event)).isTrue();
  }

  /** The JIT compiler takes its time: only a loop that is compiled allocates nothing. */
  @Test
  void shouldAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long deadlineNs = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    long allocated;
    do {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int round = 0; round < ROUNDS; round++) {
        peers.signal(event);
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    } while (allocated > ALLOWED_BYTES && System.nanoTime() < deadlineNs);
    assertThat(allocated).isLessThanOrEqualTo(ALLOWED_BYTES);
  }

  private static long count(int eventFd) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      assertThat((long) READ.invokeExact(Libc.errnoPlace(), eventFd, count, 8L)).isEqualTo(8);
      return count.get(JAVA_LONG, 0);
    }
  }
}
