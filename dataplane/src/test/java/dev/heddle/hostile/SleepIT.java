package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.Epoll;
import dev.heddle.ffi.linux.EventFd;
import dev.heddle.observe.WorkerCounter;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Workers that sleep when nothing comes, and pods that sleep until something comes: each wakes the
 * other by interrupt alone. A worker sleeps without a time limit, so a packet whose interrupt was
 * lost would never arrive.
 */
class SleepIT {
  private static final int PACKETS = 2_000;

  /** How often the test looks whether its patience is at an end. */
  private static final int POLL_MS = 1_000;

  private static final Frames.Address ALICE = Frames.Address.ofPod(2);
  private static final Frames.Address BOB = Frames.Address.ofPod(3);

  @TempDir private Path directory;

  @ParameterizedTest(name = "sender is server: {0}, receiver is server: {1}, workers: {2}")
  @CsvSource({"false, false, 1", "false, true, 2", "true, false, 2", "true, true, 1"})
  void shouldForwardAtOnceWhenEachPacketFindsEverybodyAsleep(
      boolean senderIsServer, boolean receiverIsServer, int workers) {
    try (PodScene scene = new PodScene(directory, workers);
        Pod alice = scene.add("alice", ALICE, senderIsServer);
        Pod bob = scene.add("bob", BOB, receiverIsServer);
        Epoll interrupt = new Epoll(1)) {
      scene.awaitServed(2);
      byte[] routerMac = Gateway.resolve(alice, ALICE);
      interrupt.add(bob.fromDaemonEvent(), Epoll.IN, 0);
      bob.fromDaemon().maskInterrupt(false);
      long sleeps = scene.counted(0, WorkerCounter.SLEEPS);
      for (int number = 0; number < PACKETS; number++) {
        scene.awaitAsleep();
        byte[] frame = Frames.udp(routerMac, ALICE, BOB, number, Frames.MIN_BYTES + number % 900);

        assertThat(alice.send(frame)).isTrue();

        Await.until("an interrupt", () -> interrupt.await(POLL_MS) == 1);
        EventFd.drain(bob.fromDaemonEvent());
        assertThat(bob.receive()).isEqualTo(Frames.routed(frame, routerMac, BOB));
      }
      scene.awaitAsleep();
      assertThat(scene.counted(0, WorkerCounter.SLEEPS) - sleeps).isGreaterThanOrEqualTo(PACKETS);
    }
  }
}
