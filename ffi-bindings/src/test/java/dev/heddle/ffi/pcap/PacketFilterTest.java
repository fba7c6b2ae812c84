package dev.heddle.ffi.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketFilterTest {
  /** From 172.19.0.2:4242 to 172.19.0.3:80, TCP. */
  private static final byte[] TCP_SYN =
      HexFormat.of()
          .parseHex(
              "020000000003020000000002"
                  + "0800"
                  + "45000028000100004006"
                  + "0000"
                  + "ac130002ac130003"
                  + "10920050000000010000000050022000"
                  + "00000000");

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  private boolean matches(String expression, int linkType, byte[] packet, int packetBytes) {
    MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, packet);
    return PacketFilter.compile(expression, linkType, arena)
        .matches(memory.address(), packetBytes, packet.length);
  }

  @ParameterizedTest
  @CsvSource({
    "tcp port 80, true",
    "tcp port 81, false",
    "src host 172.19.0.2 and tcp[tcpflags] & tcp-syn != 0, true",
    "ip6, false",
    "ether src 02:00:00:00:00:02, true",
    "'', true",
    "vlan, false",
  })
  void shouldChooseAsTcpdumpDoesWhenFramesAreEthernet(String expression, boolean chosen) {
    assertThat(matches(expression, PacketFilter.ETHERNET, TCP_SYN, TCP_SYN.length))
        .isEqualTo(chosen);
  }

  @Test
  void shouldChooseByIpHeaderWhenThereIsNoOther() {
    byte[] packet = Arrays.copyOfRange(TCP_SYN, 14, TCP_SYN.length);
    assertThat(matches("tcp dst port 80", PacketFilter.RAW_IP, packet, packet.length)).isTrue();
    assertThat(matches("udp", PacketFilter.RAW_IP, packet, packet.length)).isFalse();
  }

  @Test
  void shouldLookAtNothingBeyondTheEndWhenPacketIsCutOff() {
    byte[] packet = Arrays.copyOf(TCP_SYN, 34);
    assertThat(matches("tcp port 80", PacketFilter.ETHERNET, packet, TCP_SYN.length)).isFalse();
    assertThat(matches("greater 54", PacketFilter.ETHERNET, packet, TCP_SYN.length)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp prt 80", "port", "host 172.19.0.300", "(((", "%s%n"})
  void shouldSayWhatLibpcapSaysWhenExpressionMakesNoSense(String expression) {
    assertThatThrownBy(() -> PacketFilter.compile(expression, PacketFilter.ETHERNET, arena))
        .isInstanceOf(FilterException.class)
        .message()
        .isNotBlank();
  }

  @Test
  void shouldRefuseWhenExpressionIsTooLongOrHasControlCharacters() {
    assertThatThrownBy(
            () -> PacketFilter.compile("ip or ".repeat(400) + "ip", PacketFilter.ETHERNET, arena))
        .isInstanceOf(FilterException.class)
        .hasMessage("longer than 2048 characters");
    assertThatThrownBy(() -> PacketFilter.compile("ip\0or tcp", PacketFilter.ETHERNET, arena))
        .isInstanceOf(FilterException.class)
        .hasMessage("has control characters");
  }
}
