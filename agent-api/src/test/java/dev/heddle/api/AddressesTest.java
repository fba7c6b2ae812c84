package dev.heddle.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.Prefix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "172.19.0.1,172.19.0.1",
    "255.255.255.255,255.255.255.255",
    "::,::",
    "::1,::1",
    "fd00::,fd00::",
    "FD00:0:0:1:0:0:0:1,fd00:0:0:1::1",
    "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
    "1:0:0:2:0:0:3:4,1::2:0:0:3:4"
  })
  void shouldWriteAddressesInTheirShortestFormWhenRead(String text, String expected) {
    assertThat(Addresses.format(Addresses.parse(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "172.19.1",
        "256.0.0.1",
        "::ffff:1.2.3.4",
        "fe80::1%eth0",
        "1::2::3",
        "host",
        "[::1]"
      })
  void shouldRefuseWhenTextIsNoAddress(String text) {
    assertThatThrownBy(() -> Addresses.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is no IP address");
  }

  @Test
  void shouldReadPrefixesWithAndWithoutLength() {
    assertThat(Addresses.parsePrefix("10.0.0.0/8"))
        .isEqualTo(
            Prefix.newBuilder()
                .setAddress(ByteString.copyFrom(new byte[] {10, 0, 0, 0}))
                .setLength(8)
                .build());
    assertThat(Addresses.parsePrefix("fd00::1").getLength()).isEqualTo(128);
    assertThat(Addresses.format(Addresses.parsePrefix("fd00::/64"))).isEqualTo("fd00::/64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129", "10.0.0.0/8/8"})
  void shouldRefuseWhenPrefixLengthIsOutOfRange(String text) {
    assertThatThrownBy(() -> Addresses.parsePrefix(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' has no prefix length");
  }

  @Test
  void shouldReadAndWriteEthernetAddresses() {
    assertThat(Addresses.formatMac(Addresses.parseMac("02:00:00:00:00:aF")))
        .isEqualTo("02:00:00:00:00:af");
    assertThatThrownBy(() -> Addresses.parseMac("02:00:00:00:00"))
        .hasMessageContaining("is no Ethernet address");
  }
}
