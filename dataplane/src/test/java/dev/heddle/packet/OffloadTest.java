package dev.heddle.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.generated.Linux;
import org.junit.jupiter.api.Test;

class OffloadTest {
  @Test
  void shouldKeepEachFieldApart() {
    long offload = Offload.of(0xfffe, 0x81, 0xfd, 0xfffc, 0xfffb);
    assertThat(Offload.segmentBytes(offload)).isEqualTo(0xfffe);
    assertThat(Offload.gsoType(offload)).isEqualTo(0x81);
    assertThat(Offload.flags(offload)).isEqualTo(0xfd);
    assertThat(Offload.checksumStart(offload)).isEqualTo(0xfffc);
    assertThat(Offload.checksumOffset(offload)).isEqualTo(0xfffb);
    assertThat(Offload.of(-1, 0, 0, 0, 0)).isEqualTo(0xffff);
    assertThat(Offload.of(0, 0, 0, 0, 0)).isEqualTo(Offload.NONE);
  }

  @Test
  void shouldNeedChecksumOnlyWhenFlagged() {
    assertThat(Offload.needsChecksum(Offload.of(0, 0, 1, 34, 16))).isTrue();
    assertThat(Offload.needsChecksum(Offload.of(1448, 1, 2, 34, 16))).isFalse();
  }

  @Test
  void shouldNameTheKernelsValues() {
    assertThat(Offload.NEEDS_CHECKSUM).isEqualTo(Linux.VIRTIO_NET_HDR_F_NEEDS_CSUM());
    assertThat(Offload.DATA_VALID).isEqualTo(Linux.VIRTIO_NET_HDR_F_DATA_VALID());
    assertThat(Offload.GSO_NONE).isEqualTo(Linux.VIRTIO_NET_HDR_GSO_NONE());
    assertThat(Offload.GSO_TCP4).isEqualTo(Linux.VIRTIO_NET_HDR_GSO_TCPV4());
    assertThat(Offload.GSO_TCP6).isEqualTo(Linux.VIRTIO_NET_HDR_GSO_TCPV6());
    assertThat(Offload.GSO_UDP).isEqualTo(Linux.VIRTIO_NET_HDR_GSO_UDP_L4());
    assertThat(Offload.GSO_ECN).isEqualTo(Linux.VIRTIO_NET_HDR_GSO_ECN());
  }
}
