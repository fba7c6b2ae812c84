package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two pods that keep the rules and talk to each other, on a thread of their own, while something
 * else goes on. Each frame must arrive, once, in order, and as the router must have left it.
 *
 * <p>Fewer frames are under way than any ring holds, so there is no excuse to drop one.
 */
final class VictimTraffic implements AutoCloseable {
  private static final int MOST_UNDER_WAY = PodMemory.SLOTS / 2;
  private static final int SIZES = 1400;

  private final Pod sender;
  private final Pod receiver;
  private final Frames.Address from;
  private final Frames.Address to;
  private final byte[] routerMac;
  private final Thread thread;
  private final AtomicInteger arrived = new AtomicInteger();
  private int sent;
  private volatile boolean isStopping;
  private volatile Throwable failure;

  VictimTraffic(
      Pod sender, Frames.Address from, Pod receiver, Frames.Address to, byte[] routerMac) {
    this.sender = sender;
    this.receiver = receiver;
    this.from = from;
    this.to = to;
    this.routerMac = routerMac;
    thread = Thread.ofPlatform().name("victims").start(this::run);
  }

  /** How many frames have arrived so far. */
  int arrived() {
    return arrived.get();
  }

  /** Waits until many more frames have arrived: the daemon serves the victims meanwhile. */
  void awaitMore(int frames) {
    int before = arrived();
    Await.until("victims' frames arrive", () -> arrived() - before >= frames || failure != null);
    assertThat(failure).isNull();
  }

  /** Lets everything arrive and ends; nothing was lost, damaged, duplicated or reordered. */
  @Override
  public void close() {
    isStopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(failure).isNull();
    assertThat(arrived.get()).isEqualTo(sent).isPositive();
    assertThat(receiver.receive()).as("frame that nobody sent").isNull();
    assertThat(sender.receive()).as("frame for the sender").isNull();
  }

  private void run() {
    try {
      while (!isStopping || arrived.get() < sent) {
        boolean mayWait = !sendOne();
        mayWait &= !receiveOne();
        if (mayWait) {
          check(receiver.awaitFrame());
        }
      }
    } catch (Throwable t) {
      failure = t;
    }
  }

  private boolean sendOne() {
    if (isStopping || sent - arrived.get() == MOST_UNDER_WAY || !sender.send(frame(sent))) {
      return false;
    }
    sent++;
    return true;
  }

  private boolean receiveOne() {
    byte[] frame = receiver.receive();
    if (frame == null) {
      return false;
    }
    check(frame);
    return true;
  }

  private void check(byte[] frame) {
    int number = arrived.get();
    byte[] expected = Frames.routed(frame(number), routerMac, to);
    if (!Arrays.equals(frame, expected)) {
      assertThat(frame).as("frame %d", number).isEqualTo(expected);
    }
    arrived.incrementAndGet();
  }

  private byte[] frame(int number) {
    return Frames.udp(routerMac, from, to, number, Frames.MIN_BYTES + number % SIZES);
  }
}
