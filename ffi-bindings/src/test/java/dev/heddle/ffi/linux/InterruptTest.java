package dev.heddle.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterruptTest {
  private static final int ROUNDS = 100_000;

  /** What the assertion itself may take; far less than a byte for each call. */
  private static final long ALLOWED_BYTES = 1_000;

  private final int event = EventFd.create();

  @AfterEach
  void close() {
    FileDescriptors.close(event);
  }

  @Test
  void shouldTellWhichDescriptorWasSignalled() {
    int other = EventFd.create();
    try (Epoll epoll = new Epoll(4)) {
      epoll.add(event, Epoll.IN, 0x1122_3344_5566_7788L);
      epoll.add(other, Epoll.IN, 2);
      assertThat(epoll.await(0)).isZero();
      EventFd.signal(event);
      assertThat(epoll.await(Epoll.FOREVER)).isEqualTo(1);
      assertThat(epoll.data(0)).isEqualTo(0x1122_3344_5566_7788L);
      assertThat(epoll.happened(0)).isEqualTo(Epoll.IN);
      EventFd.signal(other);
      assertThat(epoll.await(0)).isEqualTo(2);
      assertThat(EventFd.drain(event)).isTrue();
      assertThat(EventFd.drain(event)).isFalse();
      assertThat(epoll.await(0)).isEqualTo(1);
      assertThat(epoll.data(0)).isEqualTo(2);
      epoll.remove(other);
      assertThat(epoll.await(0)).isZero();
    } finally {
      FileDescriptors.close(other);
    }
  }

  @Test
  void shouldTellEverySignalOnceWhenWaitingForEdges() {
    try (Epoll epoll = new Epoll(4)) {
      epoll.add(event, Epoll.IN | Epoll.EDGES, 1);
      for (int round = 0; round < 3; round++) {
        EventFd.signal(event);
        assertThat(epoll.await(0)).isEqualTo(1);
        assertThat(epoll.await(0)).isZero();
      }
    }
  }

  @Test
  void shouldKnowAnEventDescriptorFromOthers() {
    int memory = Memfd.create("no event", 8);
    try {
      assertThat(EventFd.isEventFd(event)).isTrue();
      assertThat(EventFd.isEventFd(memory)).isFalse();
      assertThat(EventFd.isEventFd(-1)).isFalse();
    } finally {
      FileDescriptors.close(memory);
    }
  }

  @Test
  void shouldFailWithAReasonWhenTheDescriptorIsNone() {
    assertThatThrownBy(() -> EventFd.signal(-1))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("EBADF");
  }

  /** The JIT compiler takes its time: only a loop that is compiled allocates nothing. */
  @Test
  void shouldAllocateNothingWhenSignallingAndWaiting() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Epoll epoll = new Epoll(4)) {
      epoll.add(event, Epoll.IN, 1);
      long deadlineNs = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      long allocated;
      do {
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(signalAndWait(epoll, ROUNDS)).isEqualTo(ROUNDS);
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      } while (allocated > ALLOWED_BYTES && System.nanoTime() < deadlineNs);
      assertThat(allocated).isLessThanOrEqualTo(ALLOWED_BYTES);
    }
  }

  private long signalAndWait(Epoll epoll, int rounds) {
    long found = 0;
    for (int round = 0; round < rounds; round++) {
      EventFd.signal(event);
      int events = epoll.await(0);
      found += events * epoll.data(0);
      EventFd.drain(event);
      epoll.await(0);
    }
    return found;
  }
}
