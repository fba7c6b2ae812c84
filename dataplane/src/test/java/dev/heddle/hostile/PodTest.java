package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pods of these tests understand each other, without any code of the daemon. */
class PodTest {
  private static final byte[] MAC = {2, 0, 0, 0, 0, 9};

  @Test
  void shouldExchangeFramesWhenAClientPodMeetsAServerPod(@TempDir Path directory) {
    UnixAddress address = UnixAddress.ofPath(directory.resolve("socket"));
    ProcessResources before = ProcessResources.now();
    try (SeqpacketSocket listener = ControlLine.listen(address)) {
      CompletableFuture<ServerPod> accepted =
          CompletableFuture.supplyAsync(() -> ServerPod.accept(listener));
      try (ClientPod client = ClientPod.connect(address, 0);
          ServerPod server = accepted.join()) {
        // Each takes the other for the daemon, so what one sends comes from "the daemon".
        exchange(client, server);
        exchange(server, client);
        client.memory().assertGuardsUntouched();
      }
    }
    before.awaitGivenBack();
  }

  private static void exchange(Pod from, Pod to) {
    assertThat(to.receive()).isNull();
    for (int number = 0; number < 3 * PodMemory.SLOTS; number++) {
      byte[] frame =
          Frames.udp(MAC, Scene.ALICE, Scene.BOB, number, Frames.MIN_BYTES + number * 37 % 9000);
      assertThat(from.send(frame)).isTrue();
      assertThat(to.receive()).isEqualTo(frame);
    }
    for (int sent = 0; sent < PodMemory.SLOTS; sent++) {
      assertThat(from.send(new byte[Frames.MIN_BYTES])).isTrue();
    }
    assertThat(from.send(new byte[Frames.MIN_BYTES])).isFalse();
    assertThat(to.receiveAll()).hasSize(PodMemory.SLOTS);
  }
}
