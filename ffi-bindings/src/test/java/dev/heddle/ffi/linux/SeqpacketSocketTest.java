package dev.heddle.ffi.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeqpacketSocketTest {
  private static final MemorySegment HELLO = MemorySegment.ofArray("hello".getBytes(UTF_8));

  private final byte[] bytes = new byte[128];
  private final MemorySegment buffer = MemorySegment.ofArray(bytes);
  private int descriptorsBefore;

  @BeforeEach
  void countDescriptors() {
    descriptorsBefore = OpenDescriptors.count();
  }

  @AfterEach
  void shouldLeaveNoDescriptorOpen() {
    assertThat(OpenDescriptors.count()).isEqualTo(descriptorsBefore);
  }

  @Test
  void shouldKeepMessageBoundariesThroughAPath(@TempDir Path directory) {
    exchangeTwoMessages(UnixAddress.ofPath(directory.resolve("socket")));
  }

  @Test
  void shouldKeepMessageBoundariesThroughAnAbstractName() {
    exchangeTwoMessages(UnixAddress.ofAbstract("heddle-test-" + UUID.randomUUID()));
  }

  private void exchangeTwoMessages(UnixAddress address) {
    try (SeqpacketSocket listener = SeqpacketSocket.listen(address, 8)) {
      assertThat(listener.accept()).isNull();
      try (SeqpacketSocket client = SeqpacketSocket.connect(address);
          SeqpacketSocket server = listener.accept()) {
        assertThat(server.receive(buffer)).isNull();
        assertThat(client.send(HELLO)).isTrue();
        assertThat(client.send(MemorySegment.ofArray(new byte[] {1, 2}))).isTrue();
        assertThat(server.receive(buffer).bytes()).isEqualTo(5);
        assertThat(new String(bytes, 0, 5, UTF_8)).isEqualTo("hello");
        assertThat(server.receive(buffer).bytes()).isEqualTo(2);
        assertThat(server.receive(buffer)).isNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 253})
  void shouldReceiveEveryDescriptorThatWasSent(int count) {
    int fd = Memfd.create("passed", 4096);
    int[] fds = new int[count];
    Arrays.fill(fds, fd);
    SeqpacketSocket[] pair = SeqpacketSocket.pair();
    try (SeqpacketSocket sender = pair[0];
        SeqpacketSocket receiver = pair[1]) {
      assertThat(sender.send(HELLO, fds)).isTrue();
      ReceivedMessage message = receiver.receive(buffer);
      assertThat(message.bytes()).isEqualTo(5);
      assertThat(message.fds()).hasSize(count).doesNotHaveDuplicates();
      assertThat(message.isTruncated()).isFalse();
      assertThat(message.areFdsTruncated()).isFalse();
      assertThat(Memfd.bytes(message.fds()[count - 1])).isEqualTo(4096);
      message.closeFds();
    } finally {
      FileDescriptors.close(fd);
    }
  }

  @Test
  void shouldTellWhenTheMessageWasLongerThanTheBuffer() {
    SeqpacketSocket[] pair = SeqpacketSocket.pair();
    try (SeqpacketSocket sender = pair[0];
        SeqpacketSocket receiver = pair[1]) {
      sender.send(MemorySegment.ofArray(new byte[129]));
      ReceivedMessage message = receiver.receive(buffer);
      assertThat(message.bytes()).isEqualTo(128);
      assertThat(message.isTruncated()).isTrue();
    }
  }

  @Test
  void shouldTellWhenThePeerIsGone() {
    SeqpacketSocket[] pair = SeqpacketSocket.pair();
    try (SeqpacketSocket left = pair[0]) {
      pair[1].close();
      assertThat(left.receive(buffer).bytes()).isZero();
      LinuxException e = catchThrowableOfType(LinuxException.class, () -> left.send(HELLO));
      assertThat(e.isPeerGone()).isTrue();
      assertThat(e).hasMessageContaining("EPIPE").hasMessageContaining("send 5 bytes");
    }
  }

  @Test
  void shouldTellWhenThePeerDoesNotRead() {
    SeqpacketSocket[] pair = SeqpacketSocket.pair();
    try (SeqpacketSocket sender = pair[0];
        SeqpacketSocket receiver = pair[1]) {
      int sent = 0;
      while (sender.send(HELLO)) {
        sent++;
      }
      assertThat(sent).isPositive();
      assertThat(receiver.receive(buffer).bytes()).isEqualTo(5);
    }
  }

  @Test
  void shouldRefuseToConnectWhenNobodyListens() {
    UnixAddress nobody = UnixAddress.ofAbstract("heddle-test-nobody");
    LinuxException e =
        catchThrowableOfType(LinuxException.class, () -> SeqpacketSocket.connect(nobody));
    assertThat(e.isPeerAbsent()).isTrue();
    assertThat(e.errorName()).isEqualTo("ECONNREFUSED");
    assertThat(e).hasMessageContaining("@heddle-test-nobody");
  }

  @Test
  void shouldRemoveAPathOnlyWhenNobodyListensOnItAnyMore(@TempDir Path directory) {
    Path path = directory.resolve("socket");
    try (SeqpacketSocket listener = SeqpacketSocket.listen(UnixAddress.ofPath(path), 1)) {
      SeqpacketSocket.removeStale(path);
      assertThat(Files.exists(path)).isTrue();
      listener.accept().close();
    }
    assertThat(Files.exists(path)).isTrue();
    SeqpacketSocket.removeStale(path);
    assertThat(Files.exists(path)).isFalse();
  }

  @Test
  void shouldRefuseNamesThatTheKernelWouldCutOff() {
    String tooLong = "x".repeat(UnixAddress.MAX_NAME_BYTES + 1);
    assertThatThrownBy(() -> UnixAddress.ofAbstract(tooLong)).hasMessageContaining("108 bytes");
    assertThatThrownBy(() -> UnixAddress.ofAbstract("")).hasMessageContaining("0 bytes");
    assertThatThrownBy(() -> UnixAddress.ofAbstract("a\0b")).hasMessageContaining("NUL");
  }

  @Test
  void shouldAcceptTheLongestName() {
    exchangeTwoMessages(UnixAddress.ofAbstract("y".repeat(UnixAddress.MAX_NAME_BYTES)));
  }
}
