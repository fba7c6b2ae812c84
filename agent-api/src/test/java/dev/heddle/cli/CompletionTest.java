package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bash makes of {@code heddle completion}. */
class CompletionTest {
  /** What bash offers for the last of these words. */
  private static String complete(Path script, String... words) throws Exception {
    String program =
        """
        compopt() { :; } # works only while somebody types
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        _complete_heddle
        echo "${COMPREPLY[@]}"
        """;
    ProcessBuilder bash = new ProcessBuilder("bash", "-c", program, "bash", script.toString());
    bash.command().addAll(List.of(words));
    Process process = bash.redirectErrorStream(true).start();
    String offered =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(offered).isZero();
    return offered;
  }

  @Test
  void shouldCompleteCommandsAndOptions(@TempDir Path directory) throws Exception {
    StringWriter out = new StringWriter();
    int status =
        HeddleCli.commandLine(new PrintWriter(out), new PrintWriter(System.err))
            .execute("completion");
    assertThat(status).isZero();
    Path script = Files.writeString(directory.resolve("heddle"), out.toString());
    assertThat(complete(script, "heddle", "sh")).isEqualTo("show");
    assertThat(complete(script, "heddle", "show", "m").split(" ")).contains("memif", "mtu");
    assertThat(complete(script, "heddle", "network", "add", "--physical"))
        .isEqualTo("--physical-network");
  }
}
