package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.port.RxQueue;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker, turned by hand, and queues that are to be polled only when they are readable. */
class ReadyQueuesTest {
  private static final int INTERFACES = 1000;

  /** In so many turns the worker has looked at least twice. */
  private static final int ENOUGH_TURNS = 32;

  private final Arena arena = Arena.ofConfined();
  private final RouteCounters routes = new RouteCounters();
  private final List<Queue> queues = new ArrayList<>();
  private WorkerCounters counters;
  private Worker worker;

  @BeforeEach
  void start() {
    counters = WorkerCounters.scratch(arena, INTERFACES);
    worker =
        new Worker(
            "worker", -1, new Publication(), arena, INTERFACES, counters, routes, TestFlows.TABLE);
  }

  @AfterEach
  void stop() {
    worker.onClose();
    queues.forEach(queue -> FileDescriptors.close(queue.eventFd));
    routes.close();
    arena.close();
  }

  /** Counts how often it is polled; gives as many packets of no bytes at once as were put in. */
  private static final class Queue implements RxQueue {
    private final int interfaceIndex;
    private final int eventFd = EventFd.create();
    private int waiting;
    private int polls;
    private int taken;
    private boolean hasMore;

    Queue(int interfaceIndex) {
      this.interfaceIndex = interfaceIndex;
    }

    void put(int packets) {
      waiting += packets;
      EventFd.signal(eventFd);
    }

    @Override
    public int interfaceIndex() {
      return interfaceIndex;
    }

    @Override
    public boolean ipMode() {
      return false;
    }

    @Override
    public int receive(Batch batch, long countersRow) {
      polls++;
      batch.count = 0;
      hasMore = waiting > 0;
      if (waiting == 0) {
        return 0;
      }
      waiting--;
      taken++;
      return 1;
    }

    @Override
    public void release() {}

    @Override
    public boolean check() {
      return true;
    }

    @Override
    public boolean enableInterrupt(boolean enabled) {
      return false;
    }

    @Override
    public int eventFd() {
      return eventFd;
    }

    @Override
    public boolean pollsWhenReady() {
      return true;
    }

    @Override
    public boolean hasMore() {
      return hasMore;
    }
  }

  private Queue add(int interfaceIndex) {
    Queue queue = new Queue(interfaceIndex);
    queues.add(queue);
    worker.addQueue(queue);
    return queue;
  }

  private void turn(int turns) {
    for (int i = 0; i < turns; i++) {
      worker.doWork();
    }
  }

  @Test
  void shouldPollOnceWhenNothingComes() {
    Queue queue = add(0);
    turn(ENOUGH_TURNS);
    assertThat(queue.polls).isEqualTo(1);
  }

  @Test
  void shouldPollUntilItIsEmptyWhenSomethingComes() {
    Queue queue = add(0);
    turn(ENOUGH_TURNS);
    queue.put(7);
    turn(ENOUGH_TURNS);
    assertThat(queue.taken).isEqualTo(7);
    assertThat(queue.polls).isEqualTo(1 + 7 + 1);
    queue.put(1);
    turn(ENOUGH_TURNS);
    assertThat(queue.taken).isEqualTo(8);
  }

  @Test
  void shouldPollOnlyThoseOfAThousandThatHaveSomething() {
    for (int i = 0; i < INTERFACES; i++) {
      add(i);
    }
    turn(ENOUGH_TURNS);
    queues.forEach(queue -> assertThat(queue.polls).isEqualTo(1));
    Random random = new Random(4);
    int[] put = new int[INTERFACES];
    for (int round = 0; round < 200; round++) {
      for (int i = random.nextInt(100); i > 0; i--) {
        int some = random.nextInt(10) * 100;
        put[some]++;
        queues.get(some).put(1);
      }
      turn(random.nextInt(4));
    }
    turn(ENOUGH_TURNS + 200 * 100);
    for (int i = 0; i < INTERFACES; i++) {
      assertThat(queues.get(i).taken).isEqualTo(put[i]);
      assertThat(queues.get(i).polls == 1).isEqualTo(put[i] == 0);
    }
  }

  @Test
  void shouldPollAQueueNoMoreWhenItWasRemovedWhileReady() {
    Queue first = add(0);
    Queue second = add(1);
    turn(ENOUGH_TURNS);
    first.put(5);
    while (first.taken == 0) {
      turn(1);
    }
    worker.removeInterface(0);
    first.put(1);
    Queue third = add(2);
    second.put(1);
    third.put(1);
    turn(ENOUGH_TURNS);
    assertThat(first.taken).isEqualTo(1);
    assertThat(second.taken).isEqualTo(1);
    assertThat(third.taken).isEqualTo(1);
  }

  @Test
  void shouldStartAnewWhenAllWereRemoved() {
    Queue first = add(0);
    worker.removeInterface(0);
    Queue second = add(0);
    second.put(1);
    turn(ENOUGH_TURNS);
    assertThat(first.polls).isZero();
    assertThat(second.taken).isEqualTo(1);
  }

  @Test
  void shouldNotSleepWhenAQueueIsReady() {
    Queue queue = add(0);
    worker.sleep();
    turn(ENOUGH_TURNS);
    queue.put(2);
    worker.sleep();
    turn(1);
    worker.sleep();
    assertThat(counters.get(WorkerCounter.SLEEPS)).isZero();
  }

  @Test
  void shouldWakeUpWhenAQueueBecomesReady() throws Exception {
    Queue queue = add(0);
    turn(ENOUGH_TURNS);
    for (int i = 1; i <= 1000; i++) {
      Thread peer = Thread.ofPlatform().start(() -> queue.put(1));
      while (queue.taken < i) {
        if (worker.doWork() == 0) {
          worker.sleep();
        }
      }
      peer.join();
    }
    turn(ENOUGH_TURNS);
    assertThat(queue.taken).isEqualTo(1000);
  }
}
