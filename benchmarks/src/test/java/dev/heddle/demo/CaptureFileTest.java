package dev.heddle.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureFileTest {
  @TempDir Path directory;

  @Test
  void shouldReadWhatWasWrittenWhenFileIsWhole() {
    Path file = directory.resolve("whole.pcap");
    CaptureFile.write(file, List.of(new byte[] {1, 2, 3}, new byte[60]));
    assertThat(CaptureFile.read(file)).containsExactly(new byte[] {1, 2, 3}, new byte[60]);
  }

  @Test
  void shouldLeaveOutLastFrameWhenItIsCutOff() throws IOException {
    Path file = directory.resolve("cut.pcap");
    CaptureFile.write(file, List.of(new byte[] {1, 2, 3}, new byte[60]));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThat(CaptureFile.read(file)).containsExactly(new byte[] {1, 2, 3});
  }

  @Test
  void shouldHaveNoFramesWhenNothingWasWrittenYet() throws IOException {
    Path file = Files.createFile(directory.resolve("empty.pcap"));
    assertThat(CaptureFile.read(file)).isEmpty();
  }

  @Test
  void shouldRefuseWhenFileIsNoCapture() throws IOException {
    Path file = directory.resolve("other.txt");
    Files.writeString(file, "this is a text that is long enough");
    assertThatThrownBy(() -> CaptureFile.read(file))
        .isInstanceOf(DemoException.class)
        .hasMessageContaining("other.txt is no capture file");
  }
}
