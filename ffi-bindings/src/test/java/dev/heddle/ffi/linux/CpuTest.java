package dev.heddle.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class CpuTest {
  private final BitSet before = Cpu.affinity();

  @Test
  void shouldStayOnTheProcessorItIsPinnedTo() {
    try {
      before.stream()
          .forEach(processor -> {
            Cpu.pinTo(processor);
            assertThat(Cpu.current()).isEqualTo(processor);
            assertThat(Cpu.affinity().stream()).containsExactly(processor);
          });
    } finally {
      Cpu.setAffinity(before);
    }
    assertThat(Cpu.affinity()).isEqualTo(before);
  }

  @Test
  void shouldRefuseAProcessorThatTheMachineHasNot() {
    assertThatThrownBy(() -> Cpu.pinTo(1023)).hasMessageContaining("{1023}: Invalid argument");
    assertThatThrownBy(() -> Cpu.pinTo(1024)).hasMessageContaining("must be below 1024");
    assertThat(Cpu.affinity()).isEqualTo(before);
  }

  @Test
  void shouldKnowTheThreadByTheNumberThatProcShows() {
    assertThat(Files.isDirectory(Path.of("/proc/self/task", "" + Cpu.threadId()))).isTrue();
  }
}
