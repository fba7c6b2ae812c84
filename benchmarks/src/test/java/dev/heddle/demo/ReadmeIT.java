package dev.heddle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the README tells to type works word for word. */
class ReadmeIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  /** What the last command prints. */
  private static final Pattern PROMISE = Pattern.compile("```\n(Count  [^`]*)```");

  /** Holds a mount namespace in which /run is empty, so that no daemon of this machine is met. */
  private Process namespace;

  private Process daemon;

  @BeforeEach
  void enterEmptyRun() throws IOException {
    namespace =
        new ProcessBuilder(
                "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /run; echo ready; exec cat")
            .redirectErrorStream(true)
            .start();
    assertThat(namespace.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
  }

  @AfterEach
  void endEverything() {
    if (daemon != null) {
      Commands.end(daemon);
    }
    Commands.end(namespace);
  }

  @Test
  void shouldWorkWordForWordWhenReadmeIsFollowed() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    List<String> blocks =
        COMMANDS.matcher(readme).results().map((MatchResult block) -> block.group(1)).toList();
    assertThat(blocks).hasSize(2);
    daemon = new ProcessBuilder(inNamespace("exec " + blocks.get(0))).start();
    Path socket = Path.of("/proc/" + namespace.pid() + "/root/run/heddle/heddle.sock");
    assertThat(Commands.await(() -> Files.exists(socket))).isTrue();

    Commands.Result typed = Commands.run(inNamespace("set -e\n" + blocks.get(1)));

    assertThat(typed.exitStatus()).as(typed.output()).isZero();
    assertThat(typed.output()).containsPattern("tx-packets +320");
    Matcher promise = PROMISE.matcher(readme);
    assertThat(promise.find()).isTrue();
    assertThat(typed.output()).endsWith(promise.group(1));
  }

  private String[] inNamespace(String script) {
    return new String[] {
      "nsenter", "-t", Long.toString(namespace.pid()), "-m", "--wdns=" + ROOT, "bash", "-c", script
    };
  }
}
