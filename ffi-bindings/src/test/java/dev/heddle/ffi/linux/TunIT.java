package dev.heddle.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the kernel of a network namespace behind each tap; needs root. */
class TunIT {
  private static final String NAME = "pod0";

  /** Who has 192.0.2.1? Tell 192.0.2.2 at 02:00:00:00:00:02. */
  private static final byte[] REQUEST =
      HexFormat.of()
          .parseHex(
              "ffffffffffff"
                  + "020000000002"
                  + "0806"
                  + "0001080006040001"
                  + "020000000002"
                  + "c0000202"
                  + "000000000000"
                  + "c0000201");

  private static final int BUFFER_BYTES = 1 << 17;

  private Process pod;
  private Path namespace;
  private final TunPackets packets = new TunPackets();
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES, 8);
  private final MemorySegment header = Arena.ofAuto().allocate(16, 8);

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

  private String inPod(String command) throws Exception {
    Process process =
        new ProcessBuilder("nsenter", "--net=" + namespace, "sh", "-c", command)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private Tun create(int queues) {
    return NetworkNamespace.call(namespace, () -> Tun.create(NAME, queues));
  }

  private Tun adopt(int queues) {
    return NetworkNamespace.call(namespace, () -> Tun.adopt(NAME, queues));
  }

  private int write(int fd, byte[] frame) {
    MemorySegment.copy(frame, 0, buffer, ValueLayout.JAVA_BYTE, 0, frame.length);
    return packets.write(fd, header.address(), buffer.address(), frame.length);
  }

  /** Waits for a packet that is an answer to {@link #REQUEST}, whatever else the kernel says. */
  private byte[] awaitAnswer(Tun tun) {
    try (Epoll epoll = new Epoll(tun.queues())) {
      for (int i = 0; i < tun.queues(); i++) {
        epoll.add(tun.fd(i), Epoll.IN, i);
      }
      while (epoll.await(60_000) > 0) {
        int bytes = packets.read(tun.fd((int) epoll.data(0)), buffer.address(), BUFFER_BYTES);
        byte[] packet = buffer.asSlice(0, Math.max(bytes, 0)).toArray(ValueLayout.JAVA_BYTE);
        if (bytes > 22 && packet[22] == 8 && packet[23] == 6) {
          return packet;
        }
      }
      throw new AssertionError("no answer within a minute");
    }
  }

  @Test
  void shouldCarryPacketsBothWaysWhenUp() throws Exception {
    try (Tun tun = create(1)) {
      inPod("ip address add 192.0.2.1/24 dev pod0; ip link set pod0 address 02:00:00:00:00:01 up");
      assertThat(write(tun.fd(0), REQUEST)).isEqualTo(Tun.HEADER_BYTES + REQUEST.length);
      byte[] answer = awaitAnswer(tun);
      assertThat(Arrays.copyOf(answer, Tun.HEADER_BYTES)).containsOnly(0);
      assertThat(HexFormat.of().formatHex(answer, Tun.HEADER_BYTES, Tun.HEADER_BYTES + 42))
          .isEqualTo(
              "020000000002"
                  + "020000000001"
                  + "0806"
                  + "0001080006040002"
                  + "020000000001"
                  + "c0000201"
                  + "020000000002"
                  + "c0000202");
    }
  }

  @Test
  void shouldTellWhyNothingPasses() throws Exception {
    try (Tun tun = create(1)) {
      assertThat(write(tun.fd(0), REQUEST)).isEqualTo(TunPackets.DOWN);
      inPod("ip link set pod0 up");
      assertThat(write(tun.fd(0), new byte[13])).isEqualTo(TunPackets.REFUSED);
      inPod("ip link set pod0 down");
      while (packets.read(tun.fd(0), buffer.address(), BUFFER_BYTES) > 0) {
        // What the kernel said of itself while the device was up.
      }
      assertThat(packets.read(tun.fd(0), buffer.address(), BUFFER_BYTES))
          .isEqualTo(TunPackets.NOTHING);
      inPod("ip link delete pod0");
      assertThat(write(tun.fd(0), REQUEST)).isEqualTo(TunPackets.GONE);
      assertThat(packets.read(tun.fd(0), buffer.address(), BUFFER_BYTES))
          .isEqualTo(TunPackets.GONE);
      assertThatThrownBy(() -> tun.keep(true))
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("keep tap pod0")
          .hasMessageContaining("EBADFD");
    }
  }

  @Test
  void shouldHaveAsManyQueuesAsAskedFor() throws Exception {
    try (Tun tun = create(4)) {
      assertThat(tun.queues()).isEqualTo(4);
      inPod("ip address add 192.0.2.1/24 dev pod0; ip link set pod0 up");
      assertThat(inPod("ip -details link show pod0")).contains("numtxqueues 256");
      for (int i = 0; i < 4; i++) {
        write(tun.fd(i), REQUEST);
        assertThat(awaitAnswer(tun)).hasSize(Tun.HEADER_BYTES + 42);
      }
    }
  }

  @Test
  void shouldStayWhenKeptUntilItIsNot() throws Exception {
    try (Tun tun = create(1)) {
      tun.keep(true);
    }
    assertThat(inPod("ip -o link show")).contains("pod0");
    assertThatThrownBy(() -> create(1))
        .hasMessageContaining("open tap pod0: ")
        .hasMessageContaining("EBUSY");
    try (Tun tun = adopt(1)) {
      assertThatThrownBy(() -> adopt(1)).hasMessageContaining("EBUSY");
      tun.keep(false);
    }
    assertThat(inPod("ip -o link show")).doesNotContain("pod0");
  }

  @Test
  void shouldLeaveNothingWhenRefused() throws Exception {
    int before = OpenDescriptors.count();
    assertThatThrownBy(() -> NetworkNamespace.call(namespace, () -> Tun.create("lo", 1)))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("open tap lo: ")
        .hasMessageContaining("EBUSY");
    assertThatThrownBy(() -> NetworkNamespace.call(namespace, () -> Tun.adopt("lo", 1)))
        .hasMessageContaining("EINVAL");
    for (String name : new String[] {"", "x".repeat(Tun.MAX_NAME_BYTES + 1)}) {
      assertThatThrownBy(() -> NetworkNamespace.call(namespace, () -> Tun.create(name, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does not have 1 to 15 bytes");
    }
    try (Tun tun = create(1)) {
      tun.keep(true);
    }
    assertThatThrownBy(() -> adopt(2)).hasMessageContaining("EINVAL");
    assertThat(OpenDescriptors.count()).isEqualTo(before);
  }

  @Test
  void shouldGiveLargeSegmentsWithTheirSizes() throws Exception {
    try (Tun tun = create(1)) {
      inPod("ip link set pod0 up");
      String features = inPod("ethtool -k pod0");
      assertThat(features)
          .contains("tcp-segmentation-offload: on")
          .contains("tx-checksum-ip-generic: on");
      if (tun.segmentsUdp()) {
        assertThat(features).contains("tx-udp-segmentation: on");
      }
    }
  }
}
