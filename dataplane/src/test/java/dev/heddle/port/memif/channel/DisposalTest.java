package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.EventFd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DisposalTest {
  @Test
  void shouldTellAndNotWaitWhenClosingHangs() {
    CountDownLatch hanging = new CountDownLatch(1);
    int last = EventFd.create();
    try (Disposal disposal = new Disposal()) {
      disposal.run(() -> awaitUninterrupted(hanging));
      for (int i = 0; i < 100; i++) {
        disposal.close(EventFd.create());
      }
      disposal.close(last);
      assertThat(disposal.isBehind()).isTrue();
      assertThat(EventFd.isEventFd(last)).isTrue();

      hanging.countDown();

      RecordingOwner.until("the rest to be closed", () -> !disposal.isBehind());
    }
    RecordingOwner.until(
        "the last to be closed", () -> !Files.exists(Path.of("/proc/self/fd/" + last)));
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
