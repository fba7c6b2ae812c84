package dev.heddle.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class MemoryTest {
  @Test
  void shouldReadWhatWasWrittenInBothByteOrders() {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(64, 8).address();
      Memory.putIntBe(address, 0x0a0b0c0d);
      assertThat(Memory.getByte(address)).isEqualTo((byte) 0x0a);
      assertThat(Memory.getInt(address)).isEqualTo(0x0d0c0b0a);
      assertThat(Memory.getShortBe(address + 2)).isEqualTo(0x0c0d);
      Memory.putLongRelease(address + 8, 0x1122334455667788L);
      assertThat(Memory.getLongAcquire(address + 8)).isEqualTo(0x1122334455667788L);
      Memory.copy(address + 8, address + 17, 8);
      assertThat(Memory.getLongBe(address + 17)).isEqualTo(0x8877665544332211L);
    }
  }
}
