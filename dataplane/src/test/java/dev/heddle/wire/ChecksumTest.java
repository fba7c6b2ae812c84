package dev.heddle.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  private static final int MAX_BYTES = 10_000;

  private final Arena arena = Arena.ofConfined();
  private final long data = arena.allocate(MAX_BYTES + 8, 8).address();
  private final Random random = new Random(1071);

  @AfterEach
  void release() {
    arena.close();
  }

  @Test
  void shouldGiveRfc1071ExampleWhenItsBytesAreSummed() {
    // RFC 1071, section 3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2.
    Memory.putLongBe(data, 0x0001_f203_f4f5_f6f7L);
    assertThat(Checksum.finish(Checksum.sum(data, 8))).isEqualTo(~0xddf2 & 0xffff);
  }

  @Test
  void shouldEqualWordwiseSumWhenLengthsAndPlacesAreOdd() {
    for (int round = 0; round < 2_000; round++) {
      int offset = random.nextInt(8);
      int bytes = round < 100 ? round : random.nextInt(MAX_BYTES);
      byte[] copy = fill(offset, bytes, round % 3 == 0);
      assertThat(Checksum.finish(Checksum.sum(data + offset, bytes))).isEqualTo(naive(copy));
    }
  }

  @Test
  void shouldEqualWholeSumWhenSummedInParts() {
    byte[] copy = fill(0, 1_001, false);
    long parts = Checksum.sum(data + 34, 967, Checksum.sum(data, 34));
    assertThat(Checksum.finish(parts)).isEqualTo(naive(copy));
  }

  @Test
  void shouldBeRightOnlyWhenNothingChanged() {
    fill(0, 40, false);
    Memory.putShortBe(data + 10, 0);
    Memory.putShortBe(data + 10, Checksum.finish(Checksum.sum(data, 40)));
    assertThat(Checksum.isRight(Checksum.sum(data, 40))).isTrue();
    for (int bit = 0; bit < 40 * 8; bit++) {
      flip(bit);
      assertThat(Checksum.isRight(Checksum.sum(data, 40))).isFalse();
      flip(bit);
    }
  }

  @Test
  void shouldEqualFreshChecksumWhenOneWordIsUpdated() {
    // RFC 1624 section 4: 0x5555 becomes 0x3285 in a header whose checksum is 0xdd2f.
    assertThat(Checksum.update(0xdd2f, 0x5555, 0x3285)).isEqualTo(0x0000);
    for (int round = 0; round < 10_000; round++) {
      fill(0, 20, false);
      Memory.putShortBe(data + 10, 0);
      int before = Checksum.finish(Checksum.sum(data, 20));
      int oldWord = Memory.getShortBe(data + 8);
      int newWord = round % 2 == 0 ? random.nextInt(0x10000) : oldWord - 0x100 & 0xffff;
      Memory.putShortBe(data + 8, newWord);
      assertThat(Checksum.update(before, oldWord, newWord))
          .isEqualTo(Checksum.finish(Checksum.sum(data, 20)));
    }
  }

  private void flip(int bit) {
    long at = data + bit / 8;
    Memory.putByte(at, (byte) (Memory.getByte(at) ^ 1 << bit % 8));
  }

  private byte[] fill(int offset, int bytes, boolean ones) {
    byte[] copy = new byte[bytes];
    random.nextBytes(copy);
    for (int i = 0; i < bytes; i++) {
      copy[i] = ones ? -1 : copy[i];
      Memory.putByte(data + offset + i, copy[i]);
    }
    return copy;
  }

  /** RFC 1071 as its section 4.1 writes it down, one 16-bit word after the other. */
  private static int naive(byte[] data) {
    long sum = 0;
    for (int i = 0; i < data.length; i += 2) {
      int low = i + 1 < data.length ? data[i + 1] & 0xff : 0;
      sum += (data[i] & 0xff) << 8 | low;
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (int) ~sum & 0xffff;
  }
}
