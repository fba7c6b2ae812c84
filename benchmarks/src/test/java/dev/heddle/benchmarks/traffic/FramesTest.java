package dev.heddle.benchmarks.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.benchmarks.traffic.Frames.Addresses;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FramesTest {
  private static final Addresses ADDRESSES =
      new Addresses(0x02_00_00_00_00_01L, 0x02_00_00_00_00_02L, 0xac13_0010, 0xac13_0011);

  @Test
  void shouldCarryARightHeaderChecksumWhenBuilt() {
    byte[] frame = Frames.udp(ADDRESSES, 64);

    assertThat(frame).hasSize(64);
    assertThat(Frames.checksum(ByteBuffer.wrap(frame))).isZero();
  }

  @Test
  void shouldChangeMacAddressesAndHopCountOnlyWhenRouted() {
    byte[] frame = Frames.udp(ADDRESSES, 100);

    byte[] routed = Frames.routed(frame, 0x02_00_00_00_00_11L, 0x02_00_00_00_00_01L);

    assertThat(routed).startsWith(2, 0, 0, 0, 0, 0x11, 2, 0, 0, 0, 0, 1);
    assertThat(routed[22]).isEqualTo((byte) 63);
    assertThat(Frames.checksum(ByteBuffer.wrap(routed))).isZero();
    assertThat(ByteBuffer.wrap(routed, 26, 74)).isEqualTo(ByteBuffer.wrap(frame, 26, 74));
  }
}
