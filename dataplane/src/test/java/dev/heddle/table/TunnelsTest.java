package dev.heddle.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * The templates as bytes: what scapy makes of the same headers, with zeros where packets differ.
 */
class TunnelsTest {
  private static final long MAC = 0x0605_0403_0202L;
  private static final long HIGH = 0xfd00_0001_0002_0003L;

  @Test
  void shouldHaveOuterHeadersWhenOverIpv4() {
    long[] tunnels = new long[3 * Tunnels.LONGS_PER_TUNNEL];
    Tunnels.write4(tunnels, 1, 77, MAC, 0xc0a8_0001, 0xc0a8_fe02);
    long first = tunnels[Tunnels.LONGS_PER_TUNNEL];
    assertThat(Tunnels.neighbour(first)).isEqualTo(77);
    assertThat(Tunnels.isIpv6(first)).isFalse();
    assertThat(Tunnels.hasChecksums(first)).isFalse();
    assertThat(bytes(tunnels, 6))
        .isEqualTo(
            "000000000000020203040506"
                + "0800450000000000400040110000"
                + "c0a80001c0a8fe02"
                + "000012b500000000080000000000");
    // Total length 100 gives checksum 0xbb34 as scapy computes it.
    long sum = tunnels[Tunnels.LONGS_PER_TUNNEL + 1] + Short.reverseBytes((short) 100);
    int folded = (int) ((sum & 0xffff) + (sum >>> 16));
    assertThat(Short.reverseBytes((short) ~folded)).isEqualTo((short) 0xbb34);
  }

  @Test
  void shouldHaveOuterHeadersWhenOverIpv6() {
    long[] tunnels = new long[Tunnels.LONGS_PER_TUNNEL];
    Tunnels.write6(tunnels, 0, 65_535, MAC, HIGH, 0x10, HIGH, 0x20, true);
    assertThat(Tunnels.neighbour(tunnels[0])).isEqualTo(65_535);
    assertThat(Tunnels.isIpv6(tunnels[0])).isTrue();
    assertThat(Tunnels.hasChecksums(tunnels[0])).isTrue();
    assertThat(bytes(tunnels, 9))
        .isEqualTo(
            "000000000000020203040506"
                + "86dd6000000000001140"
                + "fd000001000200030000000000000010"
                + "fd000001000200030000000000000020"
                + "000012b50000000008000000000000000000");
    Tunnels.write6(tunnels, 0, 1, MAC, HIGH, 1, HIGH, 2, false);
    assertThat(Tunnels.hasChecksums(tunnels[0])).isFalse();
  }

  @Test
  void shouldSayWhatHopLeadsToWhenItIsRemote() {
    long[] tunnels = new long[2 * Tunnels.LONGS_PER_TUNNEL];
    Tunnels.write4(tunnels, 0, 1, MAC, 1, 2);
    Tunnels.write6(tunnels, 1, 1, MAC, HIGH, 1, HIGH, 2, true);
    long to4 = Tunnels.hopArgument(tunnels, 0, 0xff_fffe);
    assertThat(Tunnels.tunnel(to4)).isZero();
    assertThat(Tunnels.node(to4)).isEqualTo(0xff_fffe);
    assertThat(Tunnels.overheadBytes(to4)).isEqualTo(50);
    long to6 = Tunnels.hopArgument(tunnels, 1, 3);
    assertThat(Tunnels.tunnel(to6)).isEqualTo(1);
    assertThat(Tunnels.node(to6)).isEqualTo(3);
    assertThat(Tunnels.overheadBytes(to6)).isEqualTo(70);
  }

  @Test
  void shouldKeepAddressesWhenNeighboursAreSet() {
    try (Arena arena = Arena.ofConfined()) {
      Neighbours neighbours = new Neighbours(arena);
      assertThat(neighbours.mac(Neighbours.CAPACITY - 1)).isZero();
      neighbours.set(Neighbours.CAPACITY - 1, MAC);
      assertThat(neighbours.mac(Neighbours.CAPACITY - 1)).isEqualTo(MAC);
      assertThat(neighbours.mac(0)).isZero();
      assertThatThrownBy(() -> neighbours.set(Neighbours.CAPACITY, MAC))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> neighbours.set(0, 1L << 48))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static String bytes(long[] tunnels, int words) {
    int tunnel = tunnels.length == Tunnels.LONGS_PER_TUNNEL ? 0 : 1;
    ByteBuffer buffer = ByteBuffer.allocate(words * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int word = 0; word < words; word++) {
      int at = tunnel * Tunnels.LONGS_PER_TUNNEL + Tunnels.FIRST_WORD + word;
      buffer.putLong(tunnels[at]);
    }
    return HexFormat.of().formatHex(buffer.array());
  }
}
