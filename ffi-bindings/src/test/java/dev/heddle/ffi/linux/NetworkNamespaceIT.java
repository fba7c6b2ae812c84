package dev.heddle.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a process that lives in a network namespace of its own, as a pod does; needs root. */
class NetworkNamespaceIT {
  private Process pod;
  private Path namespace;

  @BeforeEach
  void startPod() throws Exception {
    pod = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat").start();
    assertThat(pod.inputReader().readLine()).isEqualTo("ready");
    namespace = NetworkNamespace.ofProcess(pod.pid());
  }

  @AfterEach
  void stopPod() throws Exception {
    pod.destroyForcibly().waitFor();
  }

  @Test
  void shouldReachAnAbstractSocketOnlyInsideItsNamespace() {
    UnixAddress address = UnixAddress.ofAbstract("heddle-test-" + UUID.randomUUID());
    int memory = Memfd.create("passed between namespaces", 4096);
    try (SeqpacketSocket listener =
        NetworkNamespace.call(namespace, () -> SeqpacketSocket.listen(address, 1))) {
      assertThatThrownBy(() -> SeqpacketSocket.connect(address))
          .hasMessageContaining("ECONNREFUSED");
      try (SeqpacketSocket client =
              NetworkNamespace.call(namespace, () -> SeqpacketSocket.connect(address));
          SeqpacketSocket server = listener.accept()) {
        client.send(MemorySegment.ofArray(new byte[] {7}), memory);
        byte[] bytes = new byte[128];
        ReceivedMessage message = server.receive(MemorySegment.ofArray(bytes));
        assertThat(message.bytes()).isEqualTo(1);
        assertThat(bytes[0]).isEqualTo((byte) 7);
        assertThat(Memfd.bytes(message.fds()[0])).isEqualTo(4096);
        message.closeFds();
      }
    } finally {
      FileDescriptors.close(memory);
    }
  }

  @Test
  void shouldRunTheCodeInsideAndLeaveTheCallerOutside() throws IOException {
    Path own = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
    Path inside = Files.readSymbolicLink(namespace);
    assertThat(inside).isNotEqualTo(own);
    assertThat(NetworkNamespace.call(namespace, NetworkNamespaceIT::current)).isEqualTo(inside);
    assertThat(current()).isEqualTo(own);
  }

  @Test
  void shouldPassOnWhatTheCodeThrows() {
    assertThatThrownBy(() ->
            NetworkNamespace.call(
                namespace,
                () -> {
                  throw new IllegalStateException("from inside");
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("from inside");
  }

  @Test
  void shouldFailWithAReasonWhenThereIsNoSuchNamespace() {
    Path none = Path.of("/run/netns/heddle-test-none");
    assertThatThrownBy(() -> NetworkNamespace.call(none, () -> null))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("open /run/netns/heddle-test-none")
        .hasMessageContaining("ENOENT");
    assertThatThrownBy(() -> NetworkNamespace.call(Path.of("/dev/null"), () -> null))
        .hasMessageContaining("enter network namespace /dev/null")
        .hasMessageContaining("EINVAL");
  }

  private static Path current() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
