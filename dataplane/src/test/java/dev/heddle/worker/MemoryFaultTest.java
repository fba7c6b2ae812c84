package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.RingLayout;
import dev.heddle.port.memif.channel.RecordingOwner;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A peer's memory is really gone: the kernel raises SIGBUS, as often as a worker touches it. Each
 * test runs interpreted and long since compiled, because the JVM then tells of a fault in different
 * places.
 */
class MemoryFaultTest {
  private static final int ALICE = 0;
  private static final int MALLORY = 1;
  private static final int BOB = 2;

  /** Whom the second worker polls. */
  private static final int CAROL = 3;

  /** The page in which the rings end holds the first buffers, too, but not that many. */
  private static final int BUFFERS_OF_A_PAGE = 8;

  private static final long RINGS_BYTES = 2 * RingLayout.bytes(LoopbackPods.RING_LOG2_SIZE);

  @TempDir Path directory;

  private final Arena arena = Arena.ofShared();
  private final SharedArena memory = new SharedArena();
  private LoopbackPods pods;

  @BeforeEach
  void start() {
    pods = new LoopbackPods(directory, 2, List.of(arena, memory, arena, arena));
  }

  @AfterEach
  void stop() {
    pods.close();
    memory.close();
    arena.close();
  }

  private void turnWithTraffic(int turns) {
    for (int turn = 0; turn < turns; turn++) {
      pods.send(ALICE, BOB, turn);
      pods.send(ALICE, MALLORY, turn);
      pods.send(MALLORY, BOB, turn);
      pods.worker(0).doWork();
      assertThat(pods.collect(BOB)).hasSize(2);
      assertThat(pods.collect(MALLORY)).hasSize(1);
    }
  }

  private void assertOnlyMalloryIsCutOff() {
    assertThat(pods.pod(MALLORY).fault()).isEqualTo(LinkFault.MEMORY_FAULT);
    assertThat(pods.pod(ALICE).fault()).isNull();
    assertThat(pods.pod(BOB).fault()).isNull();
  }

  private void assertOthersLoseNothing() {
    for (int round = 0; round < 1000; round++) {
      pods.send(ALICE, BOB, round);
      pods.worker(0).doWork();
      assertThat(pods.collect(BOB)).containsExactly(round);
    }
    assertEverythingAccountedFor();
  }

  private void assertEverythingAccountedFor() {
    assertThat(pods.worker(0).counters().missingPackets()).isZero();
    long taken = pods.worker(0).counters().get(WorkerCounter.PACKETS);
    assertThat(rx(ALICE) + rx(MALLORY)).isEqualTo(taken);
  }

  private long rx(int pod) {
    return InterfaceCounter.RX_PACKETS.get(pods.row(0, pod));
  }

  private long dropped(int pod, DropReason reason) {
    return InterfaceCounter.dropped(pods.row(0, pod), reason);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "0, false", "40000, true", "40000, false"})
  void shouldCutOffSenderWhenItsMemoryIsGone(int turnsBefore, boolean ringsToo) {
    turnWithTraffic(turnsBefore);
    for (int i = 0; i < BUFFERS_OF_A_PAGE; i++) {
      pods.send(MALLORY, BOB, 1);
    }
    memory.takeAwayFrom(ringsToo ? 0 : RINGS_BYTES);
    pods.send(ALICE, BOB, 2);

    turn();
    turn();

    assertOnlyMalloryIsCutOff();
    assertThat(pods.collect(BOB)).contains(2);
    assertOthersLoseNothing();
  }

  @ParameterizedTest
  @CsvSource({"0, true", "0, false", "40000, true", "40000, false"})
  void shouldCutOffReceiverWhenItsMemoryIsGone(int turnsBefore, boolean ringsToo) {
    turnWithTraffic(turnsBefore);
    long before = InterfaceCounter.TX_PACKETS.get(pods.row(0, MALLORY));
    memory.takeAwayFrom(ringsToo ? 0 : RINGS_BYTES);
    List<Integer> toBob = IntStream.range(0, 100).boxed().toList();
    for (int number : toBob) {
      pods.send(ALICE, BOB, number);
      pods.send(ALICE, MALLORY, number);
    }

    turn();

    assertOnlyMalloryIsCutOff();
    assertThat(pods.collect(BOB)).isEqualTo(toBob);
    assertThat(
            dropped(MALLORY, DropReason.TX_INTERFACE_DOWN)
                + dropped(ALICE, DropReason.BROKEN_OFF)
                + dropped(MALLORY, DropReason.TX_RING_FULL)
                + dropped(MALLORY, DropReason.TX_BAD_DESCRIPTOR))
        .isEqualTo(100);
    assertThat(InterfaceCounter.TX_PACKETS.get(pods.row(0, MALLORY))).isEqualTo(before);
    assertOthersLoseNothing();
  }

  /** A queue whose lock an error left held would hang the other worker for good. */
  @ParameterizedTest
  @ValueSource(ints = {0, 40000})
  void shouldLeaveNoQueueLockedWhenMemoryIsGone(int turnsBefore) {
    turnWithTraffic(turnsBefore);
    memory.takeAway();
    pods.send(ALICE, BOB, 1);
    pods.send(ALICE, MALLORY, 2);
    pods.send(ALICE, BOB, 3);
    turn();
    assertOnlyMalloryIsCutOff();
    assertThat(pods.collect(BOB)).containsExactly(1, 3);

    pods.send(CAROL, BOB, 4);
    pods.send(CAROL, MALLORY, 5);
    pods.send(CAROL, BOB, 6);
    pods.worker(1).doWork();
    assertThat(pods.collect(BOB)).containsExactly(4, 6);
    assertThat(pods.worker(1).counters().missingPackets()).isZero();
  }

  @ParameterizedTest
  @EnumSource(IdleMode.class)
  void shouldCutOffPeerWhenItsMemoryGoesWhileWorkerIdles(IdleMode idle) {
    try (CountersFile counters = CountersFile.create(directory.resolve("group"), 1, 4, List.of());
        WorkerGroup group = WorkerGroup.start(List.of(-1), idle, counters)) {
      WorkerCounters worker = counters.worker(0);
      group.linkUp(pods.pod(MALLORY));
      group.linkUp(pods.pod(ALICE));
      if (idle == IdleMode.ADAPTIVE) {
        RecordingOwner.until("sleep", () -> worker.get(WorkerCounter.SLEEPS) > 0);
      }
      memory.takeAway();

      group.linkUp(pods.pod(BOB));

      RecordingOwner.until("the fault", () -> pods.pod(MALLORY).fault() != null);
      assertOnlyMalloryIsCutOff();
      pods.send(ALICE, BOB, 1);
      group.linkDown(pods.pod(MALLORY));
      long row = counters.rowAddress(0, ALICE);
      RecordingOwner.until("the packet", () -> InterfaceCounter.RX_PACKETS.get(row) == 1);
    }
  }

  /** Memory that is gone before the workers see it strikes the link that it belongs to. */
  @Test
  void shouldCutOffPeerWhenItsMemoryGoesBeforeWorkersHaveIt() {
    try (CountersFile counters = CountersFile.create(directory.resolve("group"), 2, 4, List.of());
        WorkerGroup group = WorkerGroup.start(List.of(-1, -1), IdleMode.ADAPTIVE, counters)) {
      memory.takeAway();

      group.linkUp(pods.pod(MALLORY));
      group.linkUp(pods.pod(ALICE));

      RecordingOwner.until("the fault", () -> pods.pod(MALLORY).fault() != null);
      assertOnlyMalloryIsCutOff();
      group.linkDown(pods.pod(MALLORY));
      pods.send(ALICE, BOB, 1);
      long row = counters.rowAddress(0, ALICE);
      RecordingOwner.until("the packet", () -> InterfaceCounter.RX_PACKETS.get(row) == 1);
    }
  }

  /**
   * One turn of the worker and what its runner does about errors, which come late in compiled code.
   */
  private void turn() {
    try {
      pods.worker(0).doWork();
      Memory.raiseFaults();
    } catch (InternalError e) {
      pods.worker(0).recover(e);
    }
  }
}
