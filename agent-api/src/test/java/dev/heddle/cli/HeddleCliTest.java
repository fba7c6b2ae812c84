package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class HeddleCliTest {
  @Test
  void shouldBuildOnlyTheCommandWhenTheFirstArgumentNamesOne() {
    assertThat(subcommands("version")).containsExactly("version");
    assertThat(subcommands("show", "mtu")).containsExactly("show");
  }

  @Test
  void shouldBuildOnlyTheMethodWhenTheSecondArgumentNamesOne() {
    assertThat(methods("network", "list")).containsExactly("list");
    Set<String> all = methods("network");
    assertThat(all).containsExactly("add", "delete", "list");
    assertThat(methods("network", "--help")).isEqualTo(all);
    assertThat(methods("network", "lits")).isEqualTo(all);
    assertThat(methods("help", "network")).isEqualTo(all);
  }

  @Test
  void shouldBuildAllCommandsWhenTheLineIsAboutThemOrNamesNone() {
    Set<String> all = subcommands();
    assertThat(all).contains("show", "stats", "network", "version");
    assertThat(subcommands("--help")).isEqualTo(all);
    assertThat(subcommands("completion")).isEqualTo(all);
    assertThat(subcommands("shwo")).isEqualTo(all);
  }

  @Test
  void shouldNameEachCommandAsItNamesItselfWhenBuiltAlone() {
    for (String name : subcommands()) {
      StringWriter out = new StringWriter();
      String[] line = {name, "--help"};
      int status =
          HeddleCli.commandLine(new PrintWriter(out), new PrintWriter(Writer.nullWriter()), line)
              .execute(line);
      assertThat(status).as(name).isZero();
      assertThat(out.toString()).contains("heddle " + name);
    }
  }

  private static Set<String> methods(String... arguments) {
    return build(arguments).getSubcommands().get("network").getSubcommands().keySet();
  }

  private static Set<String> subcommands(String... arguments) {
    return build(arguments).getSubcommands().keySet();
  }

  private static CommandLine build(String... arguments) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return HeddleCli.commandLine(nowhere, nowhere, arguments);
  }
}
