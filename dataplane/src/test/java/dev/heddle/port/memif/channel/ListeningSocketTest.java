package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a server may listen, and what it leaves behind. */
class ListeningSocketTest {
  @TempDir Path directory;

  private MemifConductor conductor;
  private Path path;
  private MemifSocket socket;

  @BeforeEach
  void start() {
    conductor = MemifConductor.start(new RecordingOwner(), MemifLimits.DEFAULTS, "heddle");
    path = directory.resolve("memif.sock");
    socket = MemifSocket.of(path.toString());
  }

  @AfterEach
  void stop() {
    conductor.close();
  }

  @Test
  void shouldReplaceFileWhenNobodyListensOnIt() {
    SeqpacketSocket.listen(UnixAddress.ofPath(path), 1).close();
    assertThat(path).exists();

    conductor.add(Configs.server(1, socket, 0));

    RawClient.identified(socket, 0).close();
  }

  @Test
  void shouldRefuseWhenSomebodyListens() {
    try (SeqpacketSocket other = SeqpacketSocket.listen(UnixAddress.ofPath(path), 1)) {
      assertRefused("socket", "another process listens there", Configs.server(1, socket, 0));

      SeqpacketSocket.connect(UnixAddress.ofPath(path)).close();
      assertThat(other.accept()).isNotNull();
    }
  }

  @Test
  void shouldRefuseAndKeepFileWhenItIsNoSocket() throws IOException {
    Files.writeString(path, "precious");

    assertRefused("socket", "is no socket", Configs.server(1, socket, 0));

    assertThat(path).hasContent("precious");
  }

  @Test
  void shouldRefuseWhenDirectoryIsMissing() {
    MemifSocket elsewhere = MemifSocket.of(directory.resolve("missing/memif.sock").toString());

    assertRefused("socket", "does not exist; create it", Configs.server(1, elsewhere, 0));
  }

  @Test
  void shouldRefuseWhenNamespaceIsMissing() {
    MemifSocket elsewhere = MemifSocket.in("/run/netns/no-such-namespace", "@memif");

    assertRefused("networkNamespace", "running pod", Configs.server(1, elsewhere, 0));
  }

  @Test
  void shouldRefuseWhenAbstractNameIsTaken() {
    String name = "heddle-taken-" + ProcessHandle.current().pid();
    try (SeqpacketSocket other = SeqpacketSocket.listen(UnixAddress.ofAbstract(name), 1)) {
      assertRefused(
          "socket",
          "another process listens there",
          Configs.server(1, MemifSocket.of("@" + name), 0));
      assertThat(other.accept()).isNull();
    }
  }

  @Test
  void shouldRefuseWhenIndexOrIdIsTaken() {
    conductor.add(Configs.server(1, socket, 0));

    assertRefusal("interfaceIndex", "is taken", Configs.server(1, socket, 1));
    assertRefusal("id", "is taken", Configs.server(2, socket, 0));

    assertThat(conductor.statuses()).hasSize(1);
    RawClient.identified(socket, 0).close();
  }

  @Test
  void shouldListenUntilLastInterfaceIsRemovedWhenSeveralShareSocket() {
    conductor.add(Configs.server(1, socket, 0));
    conductor.add(Configs.server(2, socket, 1));

    conductor.remove(1);
    RawClient.identified(socket, 1).close();
    conductor.remove(2);

    assertThat(path).doesNotExist();
    assertThat(conductor.listenerStatuses()).isEmpty();
    assertThat(conductor.remove(2)).isFalse();
  }

  @Test
  void shouldCountAtSocketWhenItIsUnclearWhoseClientItWas() {
    conductor.add(Configs.server(1, socket, 0));
    conductor.add(Configs.server(2, socket, 1));
    try (RawClient client = RawClient.connect(socket)) {
      client.send(RawClient.init(5));
      assertThat(client.awaitFarewell()).isEqualTo("no interface with id 5");
    }

    ListenerStatus status = conductor.listenerStatuses().getFirst();
    assertThat(status.socket()).isEqualTo(socket);
    assertThat(status.interfaceIndexes()).containsExactly(1, 2);
    assertThat(status.refusals()).containsEntry(LinkRefusal.UNKNOWN_ID, 1L);
  }

  @Test
  void shouldLeaveFileOfSuccessorWhenSocketCloses() throws IOException {
    conductor.add(Configs.server(1, socket, 0));
    Files.delete(path);
    try (SeqpacketSocket successor = SeqpacketSocket.listen(UnixAddress.ofPath(path), 1)) {
      conductor.remove(1);

      assertThat(path).exists();
      assertThat(successor.accept()).isNull();
    }
  }

  private void assertRefused(String field, String remedy, MemifConfig config) {
    assertRefusal(field, remedy, config);
    assertThat(conductor.statuses()).isEmpty();
    assertThat(conductor.listenerStatuses()).isEmpty();
  }

  private void assertRefusal(String field, String remedy, MemifConfig config) {
    assertThatExceptionOfType(MemifConfigException.class)
        .isThrownBy(() -> conductor.add(config))
        .satisfies(refused -> {
          assertThat(refused.field()).isEqualTo(field);
          assertThat(refused.remedy()).contains(remedy);
        });
  }
}
