package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What tells flows apart, and what does not. */
class FlowHashTest {
  private static final int ROUNDS = 100_000;
  private static final int WAYS = 64;

  private static final long MARK_UDP = 17L << 56;
  private static final long FRAGMENT_BITS = 0xff3fL << 32;

  private final Random random = new Random(2992);

  /** A w2 with this much of a random one, UDP, and no fragment. */
  private long udp(long randomBits) {
    return randomBits & ~(0xffL << 56) & ~FRAGMENT_BITS | MARK_UDP;
  }

  @Test
  void shouldBeTheSameWhenWhatDiffersIsNotTheFlow() {
    for (int round = 0; round < ROUNDS; round++) {
      long w2 = udp(random.nextLong());
      long w3 = random.nextLong();
      long w4 = random.nextLong();
      int hash = Ip4Fast.flowHash(w2, w3, w4);
      // Lengths, identification, time to live and checksum; before and after they are rewritten.
      assertThat(Ip4Fast.flowHash(udp(random.nextLong()), w3 ^ 0xbeef, w4)).isEqualTo(hash);
      assertThat(Ip4Fast.flowHash(Ip4Fast.forwardedW2(w2 | 2L << 48), Ip4Fast.forwardedW3(w3), w4))
          .isEqualTo(hash);
    }
  }

  @Test
  void shouldBeTheSameForIp6WhenWhatDiffersIsNotTheFlow() {
    for (int round = 0; round < ROUNDS; round++) {
      long w1 = random.nextLong();
      long w2 = random.nextLong() | 2L << 40;
      long[] w = random.longs(4).toArray();
      int hash = Ip6Fast.flowHash(w1, w2, w[0], w[1], w[2], w[3]);
      long otherLink = w1 ^ random.nextLong() >>> 16;
      long otherLength = w2 ^ 0xff_ff00_0000L & random.nextLong();
      long otherPayload = w[3] ^ random.nextLong() << 48;
      assertThat(Ip6Fast.flowHash(otherLink, otherLength, w[0], w[1], w[2], otherPayload))
          .isEqualTo(hash);
      assertThat(Ip6Fast.flowHash(w1, Ip6Fast.forwardedW2(w2), w[0], w[1], w[2], w[3]))
          .isEqualTo(hash);
    }
  }

  @Test
  void shouldIgnorePortsWhenPacketsAreFragments() {
    for (int round = 0; round < ROUNDS; round++) {
      long first = udp(random.nextLong()) | 0x20L << 32;
      long last = udp(random.nextLong()) | 0x100L << 32;
      long w3 = random.nextLong();
      long w4 = random.nextLong();
      long otherPorts = w4 ^ random.nextLong() << 16;
      assertThat(Ip4Fast.flowHash(first, w3, w4))
          .isEqualTo(Ip4Fast.flowHash(last, w3, otherPorts))
          .isEqualTo(Ip4Fast.flowHash(first, w3, otherPorts));
    }
  }

  @Test
  void shouldSpreadEvenlyWhenOneFieldCounts() {
    int flows = 64 * WAYS;
    assertEven(flows, i -> Ip4Fast.flowHash(MARK_UDP, 0x0a00_13ac_0000L, 0x14L | portOf(i) << 16));
    assertEven(flows, i -> Ip4Fast.flowHash(MARK_UDP, 0x0a00_13ac_0000L, 0x14L | portOf(i) << 32));
    assertEven(flows, i -> Ip4Fast.flowHash(1L << 56, 0x0a00_13ac_0000L, portOf(i)));
    assertEven(flows, i -> Ip4Fast.flowHash(1L << 56, 0x0a00_0000_0000L | portOf(i) << 16, 7));
    assertEven(flows, i -> Ip6Fast.flowHash(0x60L << 48, portOf(i), 1, 2, 3, 4));
    assertEven(flows, i -> Ip6Fast.flowHash(0x60L << 48, 0, 1, 2, 3, portOf(i) << 32));
    assertEven(flows, i -> Ip6Fast.flowHash(0x60L << 48, 0, portOf(i) << 40, 2, 3, 4));
  }

  /** A number as two bytes of the wire. */
  private static long portOf(int number) {
    return Short.toUnsignedInt(Short.reverseBytes((short) number));
  }

  private interface Flows {
    int hash(int flow);
  }

  private static void assertEven(int flows, Flows hashes) {
    int[] shares = new int[WAYS];
    for (int flow = 0; flow < flows; flow++) {
      shares[hashes.hash(flow) & WAYS - 1]++;
    }
    // 64 flows a way on average; five standard deviations of a random spread are 40.
    assertThat(Arrays.stream(shares).summaryStatistics().getMin()).isGreaterThan(64 - 40);
    assertThat(Arrays.stream(shares).summaryStatistics().getMax()).isLessThan(64 + 40);
  }
}
