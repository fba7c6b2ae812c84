package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.CountersFile;
import dev.heddle.observe.JavaProcess;
import dev.heddle.port.memif.channel.MemifEvents;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code heddle top} on a terminal, which {@code script} from Debian's bsdutils makes. */
class TopTerminalIT {
  private static final String OTHER_SCREEN = "\u001b[?1049h";
  private static final String FIRST_SCREEN = "\u001b[?1049l";
  private static final String HOME = "\u001b[H";

  @TempDir Path directory;

  private Process start(String... options) throws IOException {
    List<String> command =
        JavaProcess.builder(HeddleCli.class, "top", "--file=" + directory.resolve("counters"))
            .command();
    // Whoever runs the tests may ignore the signal, which programs inherit and Java then respects.
    String line =
        "env --default-signal=INT "
            + command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "))
            + " "
            + String.join(" ", options);
    ProcessBuilder script =
        new ProcessBuilder("script", "--quiet", "--return", "--command", line, "/dev/null");
    script.environment().put("COLUMNS", "80");
    script.environment().put("LINES", "10");
    return script.redirectErrorStream(true).start();
  }

  private static String read(BufferedReader output, String until) throws IOException {
    StringBuilder text = new StringBuilder();
    int next = output.read();
    while (next >= 0) {
      text.append((char) next);
      if (until != null && text.toString().endsWith(until)) {
        break;
      }
      next = output.read();
    }
    return text.toString();
  }

  @Test
  void shouldDrawOverTheLookBeforeAndGiveTheTerminalBack() throws Exception {
    try (CountersFile counters =
        CountersFile.create(directory.resolve("counters"), 1, 16, MemifEvents.all())) {
      for (int i = 0; i < 10; i++) {
        counters.slots().claim(i, "pod-" + i, "blue");
      }
      Process top = start("--interval=0.1", "--count=2");
      String text = read(top.inputReader(StandardCharsets.UTF_8), null);
      assertThat(top.waitFor()).isZero();
      assertThat(text).startsWith(OTHER_SCREEN).endsWith(FIRST_SCREEN);
      assertThat(text.split("\u001b\\[H", -1)).hasSize(3);
      assertThat(text).contains("pod-5").doesNotContain("pod-6");
    }
  }

  @Test
  void shouldEndWhenSomebodyTypesQ() throws Exception {
    try (CountersFile counters =
        CountersFile.create(directory.resolve("counters"), 1, 16, MemifEvents.all())) {
      counters.heartbeat();
      Process top = start("--interval=0.2");
      try (BufferedReader output = top.inputReader(StandardCharsets.UTF_8)) {
        read(output, HOME);
        top.getOutputStream().write("q\n".getBytes(StandardCharsets.US_ASCII));
        top.getOutputStream().flush();
        assertThat(read(output, null)).endsWith(FIRST_SCREEN);
      }
      assertThat(top.waitFor()).isZero();
    }
  }

  @Test
  void shouldGiveTheTerminalBackWhenInterrupted() throws Exception {
    try (CountersFile counters =
        CountersFile.create(directory.resolve("counters"), 1, 16, MemifEvents.all())) {
      counters.heartbeat();
      Process top = start("--interval=0.2");
      try (BufferedReader output = top.inputReader(StandardCharsets.UTF_8)) {
        read(output, HOME);
        // What Ctrl-C types; the terminal makes SIGINT of it.
        top.getOutputStream().write(3);
        top.getOutputStream().flush();
        assertThat(read(output, null)).endsWith(FIRST_SCREEN);
      }
      assertThat(top.waitFor()).isEqualTo(130);
    }
  }
}
