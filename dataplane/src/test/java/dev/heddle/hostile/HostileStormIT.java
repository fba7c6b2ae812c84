package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.port.memif.LinkEvent;
import dev.heddle.port.memif.channel.LinkRefusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that come and go, or stay and say nothing. */
class HostileStormIT {
  private static final int STORM_CONNECTIONS = 150;

  /** Far fewer, since it is the daemon that connects, and waits ever longer in between. */
  private static final int STORM_DEPARTURES = 30;

  private static final int SILENT_CONNECTIONS = 40;
  private static final int VICTIMS_FRAMES = 2_000;

  private Scene scene;

  private void start(boolean isServer) {
    scene = new Scene(isServer);
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  @Test
  void shouldStayFlatAndServeWhenAPodReconnectsWithoutEnd() {
    start(false);
    scene.connectHostile().close();
    ProcessResources before = ProcessResources.now();
    for (int round = 0; round < STORM_CONNECTIONS; round++) {
      try (Pod pod = scene.connectHostile()) {
        pod.send(scene.fromMallory(Scene.DAVE, round));
      }
    }
    before.awaitGivenBack();
    assertThat(scene.happened(LinkRefusal.CONNECT_STORM)).isPositive();
    assertDaveGotOnlyMallorysFrames(STORM_CONNECTIONS);
    finish();
  }

  @Test
  void shouldStayFlatAndServeWhenAServerHangsUpWithoutEnd() {
    start(true);
    scene.connectHostile().close();
    ProcessResources before = ProcessResources.now();
    for (int round = 0; round < STORM_DEPARTURES; round++) {
      try (Pod pod = scene.connectHostile()) {
        pod.awaitSent();
        pod.send(scene.fromMallory(Scene.DAVE, round));
      }
    }
    before.awaitGivenBack();
    assertThat(scene.happened(LinkEvent.CONNECTS)).isEqualTo(STORM_DEPARTURES + 1);
    assertDaveGotOnlyMallorysFrames(STORM_DEPARTURES);
    finish();
  }

  @Test
  void shouldRefuseFurtherOnesWhenManyStayInTheHandshake() {
    start(false);
    ProcessResources before = ProcessResources.now();
    List<ControlLine> silent = new ArrayList<>();
    for (int i = 0; i < SILENT_CONNECTIONS; i++) {
      silent.add(ControlLine.to(scene.hostileSocket()));
    }
    Await.until(
        "further ones are refused", () -> scene.happened(LinkRefusal.TOO_MANY_HANDSHAKES) > 0);
    silent.forEach(ControlLine::close);
    before.awaitGivenBack();
    scene.connectHostile().close();
    finish();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldHangUpAndServeTheNextWhenAPodSaysNothing(boolean isServer) {
    start(isServer);
    try (ControlLine silent =
        isServer
            ? ControlLine.accept(scene.hostileListener())
            : ControlLine.to(scene.hostileSocket())) {
      silent.awaitEnd();
    }
    Await.until("the timeout is counted", () -> scene.happened(LinkRefusal.HANDSHAKE_TIMEOUT) == 1);
    scene.connectHostile().close();
    finish();
  }

  /** Its memory is full of packets that wait, and of descriptors to be written to. */
  @ParameterizedTest
  @CsvSource({"false, 50", "true, 20"})
  void shouldLeaveTheMemoryBeforeItGoesWhenAPodDiesInTheMiddleOfABatch(
      boolean isServer, int departures) {
    start(isServer);
    scene.connectHostile().close();
    ProcessResources before = ProcessResources.now();
    for (int round = 0; round < departures; round++) {
      try (Pod pod = scene.connectHostile()) {
        pod.awaitSent();
        for (int ahead = 0; ahead < PodMemory.SLOTS; ahead++) {
          pod.fill(ahead, scene.fromMallory(Scene.DAVE, ahead));
        }
        for (int sent = 0; sent < PodMemory.SLOTS / 4; sent++) {
          scene.dave().send(scene.toMallory(sent));
        }
        pod.publish(PodMemory.SLOTS);
      }
      assertDaveGotOnlyMallorysFrames(PodMemory.SLOTS);
    }
    before.awaitGivenBack();
    finish();
  }

  private void assertDaveGotOnlyMallorysFrames(int mostNumbers) {
    for (byte[] frame : scene.dave().receiveAll()) {
      int number = Frames.number(frame);
      assertThat(number).isBetween(0, mostNumbers - 1);
      assertThat(frame).isEqualTo(scene.routed(scene.fromMallory(Scene.DAVE, number), Scene.DAVE));
    }
  }

  private void finish() {
    scene.victims().awaitMore(VICTIMS_FRAMES);
    scene.assertOthersUnharmed();
  }
}
