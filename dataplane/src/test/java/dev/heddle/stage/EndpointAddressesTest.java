package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import org.junit.jupiter.api.Test;

class EndpointAddressesTest {
  private static final long HIGH = 0xfd00_0056_0000_0000L;

  @Test
  void shouldOwnNothingWhenEndpointHasNoAddress() {
    Attachment in = attachment(0, 0, 0, new int[0], new long[0]);
    assertThat(EndpointAddresses.isSource4(in, 0)).isFalse();
    assertThat(EndpointAddresses.isSource4(in, 0xac13_0001)).isFalse();
    assertThat(EndpointAddresses.isSource6(in, 0, 0)).isFalse();
    assertThat(EndpointAddresses.isSource6(in, HIGH, 1)).isFalse();
  }

  @Test
  void shouldRangeOverNothingWhenNetworkHasNoRange() {
    Vrf vrf = new Vrf(0, 1, 0, 0, -1, -1, 0, 0, -1, 0, 0, 0);
    assertThat(EndpointAddresses.isInRange4(vrf, -1)).isFalse();
    assertThat(EndpointAddresses.isInRange4(vrf, 0)).isFalse();
    assertThat(EndpointAddresses.isRangeBroadcast4(vrf, -1)).isFalse();
    assertThat(EndpointAddresses.isInRange6(vrf, 0, 0)).isFalse();
    assertThat(EndpointAddresses.hasGateway6(vrf)).isFalse();
    Attachment in = attachment(0, 0, 0, new int[0], new long[0]);
    assertThat(EndpointAddresses.isRouter6(in, vrf, 0, 0)).as("no gateway is not ::").isFalse();
  }

  @Test
  void shouldHaveBroadcastOnlyWhenRangeIsLargerThanTwo() {
    assertThat(EndpointAddresses.isRangeBroadcast4(range4(0xc0a8_0100, 24), 0xc0a8_01ff)).isTrue();
    assertThat(EndpointAddresses.isRangeBroadcast4(range4(0xc0a8_0100, 24), 0xc0a8_0100)).isFalse();
    assertThat(EndpointAddresses.isRangeBroadcast4(range4(0xc0a8_0100, 30), 0xc0a8_0103)).isTrue();
    assertThat(EndpointAddresses.isRangeBroadcast4(range4(0xc0a8_0100, 31), 0xc0a8_0101)).isFalse();
    assertThat(EndpointAddresses.isRangeBroadcast4(range4(0xc0a8_0100, 32), 0xc0a8_0100)).isFalse();
  }

  @Test
  void shouldMatchPrefixesExactlyWhenLengthsDiffer() {
    for (int length = 0; length <= 128; length++) {
      long[] prefix = {HIGH | 0x1234, 0x5678_9abc_def0_1357L, length};
      Attachment in = attachment(0, 0, 0, new int[0], prefix);
      assertThat(EndpointAddresses.isSource6(in, prefix[0], prefix[1])).isTrue();
      for (int bit = 0; bit < 128; bit++) {
        long high = prefix[0] ^ (bit < 64 ? 1L << 63 - bit : 0);
        long low = prefix[1] ^ (bit < 64 ? 0 : 1L << 127 - bit);
        assertThat(EndpointAddresses.isSource6(in, high, low))
            .as("prefix of %d bits, bit %d changed", length, bit)
            .isEqualTo(bit >= length);
      }
    }
  }

  @Test
  void shouldSendFromPrefixWithoutOwningItWhenPodRoutes() {
    Attachment in =
        attachment(
            0xac13_010a,
            HIGH,
            10,
            new int[] {0, 0, 0xac13_010b, -1},
            new long[] {0, 0, 0, HIGH, 11, 128});
    assertThat(EndpointAddresses.isSource4(in, 0x0808_0808)).isTrue();
    assertThat(EndpointAddresses.isOwn4(in, 0x0808_0808)).isFalse();
    assertThat(EndpointAddresses.isOwn4(in, 0xac13_010a)).isTrue();
    assertThat(EndpointAddresses.isOwn4(in, 0xac13_010b)).isTrue();
    assertThat(EndpointAddresses.isSource6(in, 1, 2)).isTrue();
    assertThat(EndpointAddresses.isOwn6(in, 1, 2)).isFalse();
    assertThat(EndpointAddresses.isOwn6(in, HIGH, 10)).isTrue();
    assertThat(EndpointAddresses.isOwn6(in, HIGH, 11)).isTrue();
  }

  private static Vrf range4(int first, int length) {
    return new Vrf(0, 1, 0, 0, first, -1 << 32 - length, 0, 0, -1, 0, 0, 0);
  }

  private static Attachment attachment(
      int address4, long high, long low, int[] others4, long[] others6) {
    return new Attachment(
        0,
        0,
        RouterWorld.ROUTER_MAC,
        RouterWorld.POD_MAC,
        Integer.reverseBytes(address4),
        Long.reverseBytes(high),
        Long.reverseBytes(low),
        others4,
        others6,
        RouterWorld.MTU_BYTES,
        0,
        0,
        false);
  }
}
