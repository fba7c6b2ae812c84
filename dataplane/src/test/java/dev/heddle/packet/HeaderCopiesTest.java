package dev.heddle.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that were decided about are the ones that are sent, whatever their sender does. */
class HeaderCopiesTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldSendTheHeaderThatWasTakenWhenTheSenderChangesIt(boolean ipMode) {
    try (Arena arena = Arena.ofConfined()) {
      Batch batch = new Batch();
      TxWindow window = new TxWindow(arena);
      for (int i = 0; i < 40; i++) {
        batch.frame[i] = arena.allocate(Batch.READABLE_BYTES, 64).address();
        batch.lengthBytes[i] = 42 + i;
        Memory.fill(batch.frame[i], Batch.READABLE_BYTES, (byte) 1);
      }
      batch.count = 40;
      new HeaderCopies(arena).take(batch, ipMode);
      for (int i = 0; i < 40; i++) {
        Memory.fill(batch.frame[i], Batch.READABLE_BYTES, (byte) 2);
      }
      window.openPrivate(40);
      FrameCopy.finish(batch, 0, 40, window, 40);
      int first = ipMode ? Batch.ETHERNET_BYTES : 0;
      for (int i = 0; i < 40; i++) {
        for (int at = first; at < Batch.HEADER_BYTES; at++) {
          assertThat(Memory.getByte(batch.header[i] + at)).isEqualTo((byte) 1);
        }
        int end = Math.min(batch.lengthBytes[i], Batch.HEADER_BYTES);
        for (int at = 40; at < end && batch.lengthBytes[i] < Batch.HEADER_BYTES; at++) {
          assertThat(Memory.getByte(window.buffer[i] + at)).isEqualTo((byte) 1);
        }
      }
    }
  }
}
