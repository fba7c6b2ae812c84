package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each wrong value is refused with its field, the value itself and what to do. */
class MemifConfigTest {
  private static final MemifSocket SOCKET = MemifSocket.of("/run/memif.sock");
  private static final MemifConfig GOOD = Configs.client(1, SOCKET, 0);

  @Test
  void shouldRefuseWhenIndexIsNegative() {
    assertRefused("interfaceIndex", "-1", () -> Configs.client(-1, SOCKET, 0));
  }

  @Test
  void shouldRefuseWhenIdHasMoreThan32Bits() {
    assertRefused("id", "4294967296", () -> Configs.client(1, SOCKET, 1L << 32));
    assertRefused("id", "-1", () -> Configs.client(1, SOCKET, -1));
  }

  @Test
  void shouldRefuseWhenNameIsBlank() {
    assertRefused(
        "name",
        "\" \"",
        () ->
            new MemifConfig(
                1,
                " ",
                MemifRole.SERVER,
                MemifMode.IP,
                SOCKET,
                0,
                Optional.empty(),
                1,
                1,
                Configs.MEMORY));
  }

  @Test
  void shouldRefuseWhenQueuesAreOutOfBounds() {
    assertRefused("receiveQueues", "0", () -> Configs.queues(GOOD, 0, 1));
    assertRefused("transmitQueues", "65", () -> Configs.queues(GOOD, 1, 65));
  }

  @Test
  void shouldRefuseWhenRingSizeIsOutOfBounds() {
    assertRefused("log2RingSize", "15", () -> new MemifMemory(15, 2048, 1 << 20, false, false));
    assertRefused("log2RingSize", "0", () -> new MemifMemory(0, 2048, 1 << 20, false, false));
  }

  @Test
  void shouldRefuseWhenBufferSizeIsUnfit() {
    assertRefused("bufferBytes", "2000", () -> new MemifMemory(8, 2000, 1 << 20, false, false));
    assertRefused("bufferBytes", "64", () -> new MemifMemory(8, 64, 1 << 20, false, false));
    assertRefused("bufferBytes", "65536", () -> new MemifMemory(8, 65536, 1 << 20, false, false));
  }

  @Test
  void shouldRefuseWhenRegionLimitIsUnfit() {
    assertRefused("maxRegionBytes", "0", () -> new MemifMemory(8, 2048, 0, false, false));
  }

  @Test
  void shouldRefuseWhenClientsBuffersExceedItsRegion() {
    MemifMemory small = new MemifMemory(10, 2048, 4 << 20, false, false);
    assertRefused("maxRegionBytes", "4194304", () -> Configs.memory(GOOD, small));
    assertThat(Configs.memory(Configs.server(1, SOCKET, 0), small).memory()).isEqualTo(small);
  }

  @Test
  void shouldRefuseWhenClientsBuffersExceedWhatDescriptorsAddress() {
    MemifMemory huge = new MemifMemory(14, 65_472, 64L << 30, false, false);
    assertRefused(
        "maxRegionBytes", "68719476736", () -> Configs.queues(Configs.memory(GOOD, huge), 3, 2));
  }

  @Test
  void shouldRefuseWhenSocketNameIsUnfit() {
    assertRefused("socket", "\"\"", () -> MemifSocket.of(""));
    assertRefused("socket", "\"@\"", () -> MemifSocket.of("@"));
    assertRefused("socket", "\"relative.sock\"", () -> MemifSocket.of("relative.sock"));
    assertRefused("socket", "\"/a?b\"", () -> MemifSocket.of("/a\0b"));
  }

  @Test
  void shouldRefuseWhenSocketNameIsTooLong() {
    assertThat(MemifSocket.of("/" + "a".repeat(106)).name()).hasSize(107);
    assertThat(MemifSocket.of("@" + "a".repeat(107)).name()).hasSize(108);
    String tooLong = "/" + "a".repeat(107);
    assertRefused("socket", '"' + tooLong + '"', () -> MemifSocket.of(tooLong));
    String tooLongAbstract = "@" + "\u00e4".repeat(54);
    assertRefused("socket", '"' + tooLongAbstract + '"', () -> MemifSocket.of(tooLongAbstract));
  }

  @Test
  void shouldRefuseWhenPathIsPutInNamespace() {
    assertRefused(
        "networkNamespace",
        "\"/run/netns/blue\"",
        () -> MemifSocket.in("/run/netns/blue", "/run/memif.sock"));
  }

  @Test
  void shouldRefuseWithoutShowingItWhenSecretIsUnfit() {
    String tooLong = "sesame".repeat(4);
    assertRefused("secret", "of 24 bytes", () -> MemifSecret.of(tooLong));
    assertRefused("secret", "of 0 bytes", () -> MemifSecret.of(""));
    assertRefused("secret", "with a NUL", () -> MemifSecret.of("a\0b"));
    assertThatExceptionOfType(MemifConfigException.class)
        .isThrownBy(() -> MemifSecret.of(tooLong))
        .withMessageNotContaining("sesame");
  }

  private static void assertRefused(String field, String value, ThrowingCallable code) {
    assertThatExceptionOfType(MemifConfigException.class)
        .isThrownBy(code)
        .satisfies(refused -> {
          assertThat(refused.field()).isEqualTo(field);
          assertThat(refused.value()).isEqualTo(value);
          assertThat(refused.remedy()).isNotBlank();
          assertThat(refused).hasMessageContaining(field).hasMessageContaining(value);
        });
  }
}
