package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.peer.Peer;
import dev.heddle.benchmarks.traffic.TrafficLoop;
import dev.heddle.benchmarks.traffic.VxlanFrames;
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
  static void check(ForwardingRun.Connections connections, Scenario scenario, Peer peer) {
    TrafficLoop loop = connections.loop();
    Set<String> expected = new HashSet<>();
    for (int buffer = 0; buffer < scenario.buffers() && buffer < ATTEMPTS * FRAMES; buffer++) {
      expected.add(text(peer.expected(scenario.frame(buffer))));
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // The first ones may be lost: the peer may not have noticed the sink yet.
      if (scenario.work() == Work.ENCAPSULATE) {
        BenchUnderlay.announce(connections.sink());
      }
      loop.offer(FRAMES);
      long start = System.nanoTime();
      while (loop.arrived() < FRAMES && System.nanoTime() - start < ATTEMPT_NS) {
        Thread.onSpinWait();
      }
      if (right(loop, expected, scenario, peer) >= FRAMES) {
        return;
      }
      loop.drain();
    }
    throw new IllegalStateException(peer.name() + " delivered nothing");
  }

  /** How many of the frames that arrived are right; throws where one is wrong. */
  private static int right(TrafficLoop loop, Set<String> expected, Scenario scenario, Peer peer) {
    int right = 0;
    int arrived = loop.arrived();
    for (int i = 0; i < arrived; i++) {
      byte[] frame = loop.arrivedFrame(i);
      if (scenario.work().usesTunnel() && VxlanFrames.isArp(frame)) {
        // It asks for what it was told already.
        continue;
      }
      if (!expected.contains(text(scenario.work().comparable(frame)))) {
        throw new IllegalStateException(
            "%s delivered a frame that it should not: %s, nothing like %s"
                .formatted(peer.name(), text(frame), expected.iterator().next()));
      }
      right++;
    }
    return right;
  }

  private static String text(byte[] frame) {
    return HexFormat.of().formatHex(frame);
  }
}
