package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.port.memif.LinkFault;
import dev.heddle.port.memif.channel.LinkRefusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A pod that may share unsealed memory takes it away under the daemon, again and again, while it
 * sends, while it is sent to, and in the handshake. It is cut off, and nobody else notices.
 */
class HostileMemoryIT {
  private static final int ROUNDS = 60;
  private static final int FRAMES = 100;
  private static final int VICTIMS_FRAMES = 50;

  private Scene scene;

  private void start(int workers) {
    scene = new Scene(false, workers);
    Endpoint sealed = scene.endpoint("mallory", "blue", false, Scene.MALLORY, Scene.MALLORY_ALSO);
    Endpoint unsealed =
        sealed.toBuilder().setMemif(sealed.getMemif().toBuilder().setAllowUnsealed(true)).build();
    scene.client().apply(Operations.deleteEndpoint("mallory"));
    scene.client().apply(Operations.upsert(unsealed));
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  @ParameterizedTest(name = "workers: {0}, rings stay: {1}")
  @CsvSource({"1, false", "1, true", "2, false", "2, true"})
  void shouldCutOffTheSenderAloneWhenItsMemoryGoes(int workers, boolean ringsStay) {
    start(workers);
    for (int round = 1; round <= ROUNDS; round++) {
      PodMemory memory = PodMemory.unsealed();
      try (Pod mallory = ClientPod.connect(scene.hostileSocket(), 0, memory)) {
        for (int ahead = 0; ahead < FRAMES; ahead++) {
          mallory.fill(ahead, scene.fromMallory(Scene.DAVE, ahead));
        }
        mallory.publish(FRAMES);
        takeAway(memory, ringsStay);
        if (ringsStay) {
          // The worker may have been faster than the first piece of mischief.
          mallory.publish(FRAMES);
        }
        int faults = round;
        Await.until("the fault", () -> scene.happened(LinkFault.MEMORY_FAULT) == faults);
        assertThat(scene.happened(LinkFault.INDEX_JUMP)).isZero();
      }
      scene.dave().receiveAll();
      scene.victims().awaitMore(VICTIMS_FRAMES);
    }
    scene.assertOthersUnharmed();
  }

  @ParameterizedTest(name = "workers: {0}, rings stay: {1}")
  @CsvSource({"1, false", "1, true", "2, false", "2, true"})
  void shouldCutOffTheReceiverAloneWhenItsMemoryGoes(int workers, boolean ringsStay) {
    start(workers);
    for (int round = 1; round <= ROUNDS; round++) {
      PodMemory memory = PodMemory.unsealed();
      try (Pod _ = ClientPod.connect(scene.hostileSocket(), 0, memory)) {
        takeAway(memory, ringsStay);
        int faults = round;
        // Some may come before the workers have the link.
        Await.until(
            "the fault",
            () -> {
              scene.dave().send(scene.toMallory(faults));
              return scene.happened(LinkFault.MEMORY_FAULT) == faults;
            });
        assertThat(scene.happened(LinkFault.INDEX_JUMP)).isZero();
      }
      scene.victims().awaitMore(VICTIMS_FRAMES);
    }
    scene.assertOthersUnharmed();
  }

  private static void takeAway(PodMemory memory, boolean ringsStay) {
    memory.takeAwayFrom(ringsStay ? PodMemory.BUFFERS_OFFSET : 0);
  }

  @Test
  void shouldRefuseWhenMemoryGoesBeforeTheHandshakeEnds() {
    start(1);
    for (int round = 1; round <= ROUNDS; round++) {
      int refusals = round;
      try (PodMemory memory = PodMemory.unsealed();
          ControlLine control = ControlLine.to(scene.hostileSocket())) {
        ClientPod.introduce(control, 0);
        ClientPod.share(control, memory);
        memory.takeAwayFrom(0);
        control.send(ControlWire.connect());
        assertThat(control.awaitEnd()).contains("cannot be mapped");
        Await.until("the refusal", () -> scene.happened(LinkRefusal.REGION_UNMAPPABLE) == refusals);
      }
      scene.victims().awaitMore(VICTIMS_FRAMES);
    }
    scene.assertOthersUnharmed();
  }
}
