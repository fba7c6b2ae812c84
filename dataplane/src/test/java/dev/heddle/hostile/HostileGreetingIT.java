package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.port.memif.channel.LinkRefusal;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server pod may answer a daemon that connects to it. */
class HostileGreetingIT {
  private static final int ROUNDS = 10;
  private static final int VICTIMS_FRAMES = 2_000;
  private static final int MOST_FDS = 253;

  /** What a server does with a fresh connection. */
  private interface Attack {
    void on(ControlLine control);
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        row("half a message", LinkRefusal.MESSAGE_SIZE, control -> control.send(new byte[64])),
        row(
            "an oversized message",
            LinkRefusal.MESSAGE_SIZE,
            control -> control.send(new byte[9999])),
        row(
            "an unknown message",
            LinkRefusal.MESSAGE_TYPE,
            control -> control.send(ControlWire.bare(99))),
        row(
            "the end first",
            LinkRefusal.MESSAGE_ORDER,
            control -> control.send(ControlWire.connected())),
        row(
            "many messages at once",
            LinkRefusal.MESSAGE_ORDER,
            control -> control.flood(ControlWire.ack(), 10_000)),
        row(
            "another version",
            LinkRefusal.VERSION,
            control -> {
              byte[] hello = ServerPod.greeting();
              Arrays.fill(hello, 34, 38, (byte) 3);
              control.send(hello);
            }),
        row(
            "rings of one descriptor",
            LinkRefusal.RING_SIZE,
            control -> control.send(ControlWire.hello(0, 0, 0, 0))),
        row(
            "descriptors",
            LinkRefusal.DESCRIPTOR_EXTRA,
            control -> {
              try (PodMemory memory = new PodMemory()) {
                int[] fds = new int[MOST_FDS];
                Arrays.fill(fds, memory.memfd());
                control.send(ServerPod.greeting(), fds);
              }
            }),
        row(
            "a greeting twice",
            LinkRefusal.MESSAGE_ORDER,
            control -> {
              control.send(ServerPod.greeting());
              control.expect(ControlWire.INIT);
              control.send(ServerPod.greeting());
            }),
        row(
            "the end too early",
            LinkRefusal.MESSAGE_ORDER,
            control -> {
              control.send(ServerPod.greeting());
              control.expect(ControlWire.INIT);
              control.send(ControlWire.connected());
            }));
  }

  private static Arguments row(String name, LinkRefusal refusal, Attack attack) {
    return Arguments.of(name, refusal, attack);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void shouldHangUpAndTryAgainWhenGreetedWith(String name, LinkRefusal refusal, Attack attack) {
    try (Scene scene = new Scene(true)) {
      ProcessResources before = ProcessResources.now();
      for (int round = 1; round <= ROUNDS; round++) {
        try (ControlLine control = ControlLine.accept(scene.hostileListener())) {
          attack.on(control);
          control.awaitEnd();
        }
        long refusals = round;
        Await.until("the refusal is counted", () -> scene.happened(refusal) == refusals);
      }
      try (Pod reformed = scene.connectHostile()) {
        byte[] frame = scene.toMallory(1);
        assertThat(scene.dave().send(frame)).isTrue();
        assertThat(reformed.awaitFrame()).isEqualTo(scene.routed(frame, Scene.MALLORY));
      }
      before.awaitGivenBack();
      scene.victims().awaitMore(VICTIMS_FRAMES);
      scene.assertOthersUnharmed();
    }
  }
}
