package dev.heddle.stage;

import java.util.Arrays;
import java.util.Random;

/**
 * Makes frames that nobody would send: good ones with bytes changed, cut and extended, and noise.
 */
final class FrameMutator {
  private final Random random;

  FrameMutator(long seed) {
    random = new Random(seed);
  }

  byte[] mutate(byte[] original) {
    byte[] bytes = original.clone();
    if (random.nextInt(4) == 0) {
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 40));
    }
    if (random.nextInt(50) == 0) {
      random.nextBytes(bytes);
    }
    for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      bytes[random.nextInt(Math.min(bytes.length, 90))] = interesting();
    }
    if (random.nextInt(2) == 0) {
      ReplyCheck.repairChecksums(bytes);
    }
    return bytes;
  }

  private byte interesting() {
    byte[] values = {0, 1, 2, 4, 0x3a, 0x7f, (byte) 0x80, (byte) 0xfe, -1};
    int choice = random.nextInt(values.length + 3);
    return choice < values.length ? values[choice] : (byte) random.nextInt();
  }
}
