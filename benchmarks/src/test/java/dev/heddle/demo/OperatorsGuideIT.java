package dev.heddle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the operator's guide tells to type gives what it shows. */
class OperatorsGuideIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern QUESTION = Pattern.compile("^## [0-9]+\\. ", Pattern.MULTILINE);

  /** Commands, and below them what they print. */
  private static final Pattern ANSWER =
      Pattern.compile("```sh\n(.*?)```\n\n```text\n(.*?)```", Pattern.DOTALL);

  private static final Pattern BLOCK = Pattern.compile("^```[a-z]+$", Pattern.MULTILINE);

  /** Holds namespaces with an empty /run and a loopback of their own. */
  private Process namespace;

  private Process daemon;

  @BeforeEach
  void startDaemonApart() throws IOException {
    String hold = "mount -t tmpfs none /run; ip link set lo up; echo ready; exec cat";
    namespace =
        new ProcessBuilder("unshare", "--mount", "--net", "sh", "-c", hold)
            .redirectErrorStream(true)
            .start();
    assertThat(namespace.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
    daemon = new ProcessBuilder(inside("exec heddled --metrics 127.0.0.1:9427")).start();
    Path socket = Path.of("/proc/" + namespace.pid() + "/root/run/heddle/heddle.sock");
    assertThat(Commands.await(() -> Files.exists(socket))).isTrue();
  }

  @AfterEach
  void endEverything() {
    Commands.end(daemon);
    Commands.end(namespace);
  }

  @Test
  void shouldAnswerEachQuestionAsShownWhenTheGuideIsFollowed() throws IOException {
    String guide = Files.readString(ROOT.resolve("docs/operators-guide.md"));
    List<MatchResult> answers = ANSWER.matcher(guide).results().toList();
    assertThat(BLOCK.matcher(guide).results().count()).isEqualTo(2L * answers.size());
    assertThat(QUESTION.matcher(guide).results().count()).isEqualTo(10);
    for (MatchResult answer : answers) {
      Commands.Result typed = Commands.run(inside(answer.group(1)));
      assertThat(typed.exitStatus()).as(answer.group(1) + typed.output()).isZero();
      assertShown(answer.group(2), typed.output());
    }
  }

  /** Each line that is shown stands in the output, in this order. */
  private static void assertShown(String shown, String output) {
    Iterator<String> lines = output.lines().toList().iterator();
    for (String line : shown.lines().toList()) {
      Pattern wanted = Pattern.compile(pattern(line));
      boolean found = false;
      while (!found && lines.hasNext()) {
        found = wanted.matcher(lines.next().strip()).matches();
      }
      assertThat(found).as("\"%s\" in order in\n%s", line, output).isTrue();
    }
  }

  /** Columns may be wider than shown. */
  private static String pattern(String line) {
    return Arrays.stream(line.strip().split("\\.\\.\\.", -1))
        .map(part ->
            Arrays.stream(part.split(" +", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(" +")))
        .collect(Collectors.joining(".*"));
  }

  private String[] inside(String script) {
    return new String[] {
      "nsenter",
      "-t",
      Long.toString(namespace.pid()),
      "-m",
      "-n",
      "--wdns=" + ROOT,
      "bash",
      "-c",
      "set -eo pipefail; PATH=" + ROOT + "/bin:$PATH\n" + script
    };
  }
}
