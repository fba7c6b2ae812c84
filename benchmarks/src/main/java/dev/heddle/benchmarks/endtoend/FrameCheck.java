package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.peer.Peer;
import dev.heddle.benchmarks.traffic.TrafficLoop;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** Makes sure, before anything is timed, that a peer delivers the right bytes. */
final class FrameCheck {
  private static final int FRAMES = 64;
  private static final int ATTEMPTS = 50;
  private static final long ATTEMPT_NS = 100_000_000L;

  private FrameCheck() {}

  /** Returns when frames arrived and each was as it must be; throws otherwise. */
  static void check(TrafficLoop loop, Scenario scenario, Peer peer) {
    Set<String> expected = new HashSet<>();
    for (int buffer = 0; buffer < scenario.buffers() && buffer < ATTEMPTS * FRAMES; buffer++) {
      expected.add(text(peer.expected(scenario.frame(buffer))));
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The first ones may be lost: the peer may not have noticed the sink yet.
      loop.offer(FRAMES);
      long start = System.nanoTime();
      while (loop.arrived() < FRAMES && System.nanoTime() - start < ATTEMPT_NS) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < loop.arrived(); i++) {
        String arrived = text(loop.arrivedFrame(i));
        if (!expected.contains(arrived)) {
          throw new IllegalStateException(
              "%s delivered a frame that it should not: %s, nothing like %s"
                  .formatted(peer.name(), arrived, expected.iterator().next()));
        }
      }
      if (loop.arrived() >= FRAMES) {
        return;
      }
      loop.drain();
    }
    throw new IllegalStateException(peer.name() + " delivered nothing");
  }

  private static String text(byte[] frame) {
    return HexFormat.of().formatHex(frame);
  }
}
