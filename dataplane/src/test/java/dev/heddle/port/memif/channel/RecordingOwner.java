package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.port.memif.LinkOwner;
import dev.heddle.port.memif.MemifLink;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Stands where the workers would be, and tells a test which links came and went. */
public final class RecordingOwner implements LinkOwner {
  private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(2);

  private final BlockingQueue<MemifLink> up = new LinkedBlockingQueue<>();
  private final BlockingQueue<MemifLink> down = new LinkedBlockingQueue<>();

  @Override
  public void linkUp(MemifLink link) {
    up.add(link);
  }

  @Override
  public void linkDown(MemifLink link) {
    down.add(link);
  }

  MemifLink awaitUp() {
    return await(up, "a link to come up");
  }

  MemifLink awaitDown() {
    return await(down, "a link to go down");
  }

  boolean hasNews() {
    return !up.isEmpty() || !down.isEmpty();
  }

  /** Waits for what another thread or process is about to do. */
  public static void until(String awaited, BooleanSupplier condition) {
    long startNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - startNs).as("waiting for " + awaited).isLessThan(DEADLINE_NS);
      LockSupport.parkNanos(POLL_NS);
    }
  }

  private static MemifLink await(BlockingQueue<MemifLink> links, String awaited) {
    try {
      MemifLink link = links.poll(DEADLINE_NS, TimeUnit.NANOSECONDS);
      assertThat(link).as("waiting for " + awaited).isNotNull();
      return link;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
