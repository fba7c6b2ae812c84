package dev.heddle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramesTest {
  private static final Flow FLOW4 =
      Flow.arriving("blue-a", "172.19.0.10", "172.19.0.20", 1, "blue-b");
  private static final Flow FLOW6 =
      Flow.arriving("blue-a", "fd00:19::10", "fd00:19::20", 1, "blue-b");

  @Test
  void shouldBeginWithAddressesAndTypeWhenFrameIsBuilt() {
    byte[] frame = Frames.udp("02:00:00:00:00:0a", "02:00:00:00:00:01", FLOW4, 0, 64);
    assertThat(HexFormat.of().formatHex(frame, 0, Frames.ETHERNET_BYTES + 2))
        .isEqualTo("020000000001" + "02000000000a" + "0800" + "4500");
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2", "37", "599"})
  void shouldSumToAllOnesWhenHeaderCarriesItsChecksum(int number) {
    byte[] frame = Frames.udp("02:00:00:00:00:0a", "02:00:00:00:00:01", FLOW4, number, 64);
    assertThat(sum(frame, 14, 34)).isEqualTo(0xffff);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "2", "37", "599"})
  void shouldSumToAllOnesWhenUdpCarriesItsChecksum(int number) {
    for (Flow flow : new Flow[] {FLOW4, FLOW6}) {
      byte[] frame = Frames.udp("02:00:00:00:00:0a", "02:00:00:00:00:01", flow, number, 64);
      boolean ipv4 = flow == FLOW4;
      int addresses = ipv4 ? 26 : 22;
      int udp = ipv4 ? 34 : 54;
      int pseudo = sum(frame, addresses, udp) + 17 + frame.length - udp;
      assertThat(fold(pseudo + sum(frame, udp, frame.length))).isEqualTo(0xffff);
    }
  }

  @Test
  void shouldTellIcmpOfGatewayWhenSourceAndProtocolMatch() {
    byte[] udp = Frames.udp("02:00:00:00:00:0a", "02:00:00:00:00:01", FLOW4, 0, 64);
    byte[] icmp = udp.clone();
    icmp[23] = 1;
    assertThat(Frames.isIcmpFrom(udp, "172.19.0.10")).isFalse();
    assertThat(Frames.isIcmpFrom(icmp, "172.19.0.10")).isTrue();
    assertThat(Frames.isIcmpFrom(icmp, "172.19.0.1")).isFalse();
  }

  private static int sum(byte[] bytes, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += (i - from) % 2 == 0 ? (bytes[i] & 0xff) << 8 : bytes[i] & 0xff;
    }
    return fold(sum);
  }

  private static int fold(int sum) {
    int folded = (sum & 0xffff) + (sum >>> 16);
    return (folded & 0xffff) + (folded >>> 16);
  }
}
