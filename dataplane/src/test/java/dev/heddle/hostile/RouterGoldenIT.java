package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The router's golden directories through a whole daemon with memif pods and a memif uplink: each
 * byte that must come out of each port, and each counter that must move; docs/design/router.md says
 * which rule of which RFC each of them is about.
 */
class RouterGoldenIT {
  private static final long PATIENCE_NS = Duration.ofSeconds(20).toNanos();

  @TempDir private static Path directory;
  private static GoldenScene scene;

  @BeforeAll
  static void start() {
    scene = new GoldenScene(directory);
  }

  @AfterAll
  static void stop() {
    scene.close();
  }

  static List<Golden> goldens() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void shouldSendAndCountExactlyWhatRfcsSayWhenFramesComeIn(Golden golden) {
    Map<String, Long> before = scene.counts();
    for (byte[] frame : golden.frames()) {
      scene.send(golden.port(), frame);
    }
    for (String port : GoldenScene.PORTS) {
      assertThat(hex(scene.take(port)))
          .as(() -> "out of " + port + " after\n" + String.join("\n", golden.titles()))
          .isEqualTo(hex(golden.outputs().get(port)));
    }
    assertThat(settledChanges(before, golden.counters())).isEqualTo(golden.counters());
    Await.until("the counters balance", () -> Conservation.holds(scene.snapshot()));
  }

  /**
   * What moved. A question to a node may be under way, whose counters move together only in the
   * end; so what is not as expected is looked at again for a while.
   */
  private static Map<String, Long> settledChanges(
      Map<String, Long> before, Map<String, Long> expected) {
    long deadlineNs = System.nanoTime() + PATIENCE_NS;
    Map<String, Long> changes = RouterScene.changes(before, scene.counts());
    while (!changes.equals(expected) && System.nanoTime() < deadlineNs) {
      Thread.yield();
      changes = RouterScene.changes(before, scene.counts());
    }
    return changes;
  }

  private static List<String> hex(List<byte[]> frames) {
    return frames.stream().map(HexFormat.of()::formatHex).toList();
  }
}
