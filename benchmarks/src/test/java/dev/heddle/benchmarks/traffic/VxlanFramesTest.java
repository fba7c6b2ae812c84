package dev.heddle.benchmarks.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.benchmarks.traffic.Frames.Addresses;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class VxlanFramesTest {
  private static final Addresses OUTER =
      new Addresses(0x02_00_00_00_00_21L, 0x02_00_00_00_00_20L, 0xc000_0201, 0xc000_0202);
  private static final byte[] INNER =
      Frames.udp(new Addresses(0x02_00_00_00_00_01L, 0x02_00_00_00_00_02L, 1, 2), 64);

  @Test
  void shouldCarryTheHeadersOfTheStandardWhenWrapped() {
    byte[] frame = VxlanFrames.wrap(OUTER, 56, 50_000, INNER);

    assertThat(HexFormat.of().formatHex(frame, 0, 50))
        .isEqualTo(
            "020000000021020000000020" // Ethernet
                + "080045000064000040004011b685c0000201c0000202" // IPv4, do not fragment
                + "c35012b500500000" // UDP without checksum
                + "0800000000003800"); // VXLAN
    assertThat(Frames.checksum(ByteBuffer.wrap(frame))).isZero();
    assertThat(VxlanFrames.unwrap(frame)).isEqualTo(INNER);
  }

  @Test
  void shouldLeaveOutTheSourcePortWhenItIsADynamicOne() {
    byte[] without = VxlanFrames.wrap(OUTER, 56, 0, INNER);

    assertThat(VxlanFrames.withoutSourcePort(VxlanFrames.wrap(OUTER, 56, 49_152, INNER)))
        .isEqualTo(without);
    assertThat(VxlanFrames.withoutSourcePort(VxlanFrames.wrap(OUTER, 56, 4789, INNER)))
        .isNotEqualTo(without);
  }

  @Test
  void shouldTellOurMacAddressWhenAnArpReplyIsBuilt() {
    byte[] reply = VxlanFrames.arpReply(OUTER);

    assertThat(VxlanFrames.isArp(reply)).isTrue();
    assertThat(VxlanFrames.isArp(INNER)).isFalse();
    assertThat(HexFormat.of().formatHex(reply, 0, 42))
        .isEqualTo(
            "0200000000210200000000200806"
                + "0001080006040002020000000020c0000201020000000021c0000202");
  }
}
