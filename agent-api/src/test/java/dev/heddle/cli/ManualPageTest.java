package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** What each command tells of itself. */
class ManualPageTest {
  private static final List<String> SECTIONS =
      List.of(
          "NAME",
          "SYNOPSIS",
          "DESCRIPTION",
          "PARAMETERS",
          "OPTIONS",
          "COMMANDS",
          "EXIT STATUS",
          "EXAMPLES",
          "SEE ALSO");

  private static final Pattern HEADING = Pattern.compile("^[A-Z][A-Z ]+$", Pattern.MULTILINE);
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  private final CommandLine heddle =
      HeddleCli.commandLine(
          new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));

  @Test
  void shouldHaveTheSectionsOfAManualPageWhenHelpIsAskedFor() {
    for (CommandLine command : commands(heddle, false)) {
      String page = command.getUsageMessage(Ansi.OFF);
      List<String> found = HEADING.matcher(page).results().map(each -> each.group()).toList();
      List<String> known = SECTIONS.stream().filter(found::contains).toList();
      assertThat(found).as(page).isEqualTo(known);
      assertThat(found)
          .contains("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO");
      assertThat(page).startsWith("NAME\n       " + command.getCommandSpec().qualifiedName());
      assertThat(page.lines())
          .as(page)
          .allMatch(line -> line.length() <= 80 || line.startsWith("       heddle "));
    }
  }

  @Test
  void shouldShowExamplesThatMakeSenseWhenACommandDoesSomething() {
    for (CommandLine command : commands(heddle, true)) {
      String name = command.getCommandSpec().qualifiedName();
      String[] examples = command.getCommandSpec().usageMessage().footer();
      assertThat(examples).as(name).isNotEmpty();
      for (String example : examples) {
        assertThat(example).startsWith(name);
        List<String> words = words(example);
        heddle.parseArgs(words.subList(1, words.size()).toArray(String[]::new));
      }
    }
  }

  @Test
  void shouldTellTheSameWhenHelpIsACommand() {
    assertThat(run("help", "show", "mtu")).isEqualTo(run("show", "mtu", "--help"));
    assertThat(run("help")).isEqualTo(run("--help"));
  }

  @Test
  void shouldSayWhatIsWrongWhenThereIsNoSuchCommand() {
    assertThat(run("help", "show", "mtuu"))
        .startsWith("heddle: 'mtuu' is no command of 'heddle show'; 'heddle help' lists them\n");
  }

  private static String run(String... line) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out, true);
    HeddleCli.commandLine(writer, writer, line).execute(line);
    return out.toString();
  }

  private static List<CommandLine> commands(CommandLine parent, boolean leavesOnly) {
    List<CommandLine> all = new ArrayList<>();
    if (!leavesOnly || parent.getSubcommands().isEmpty()) {
      all.add(parent);
    }
    // A command stands there once for each of its aliases.
    new LinkedHashSet<>(parent.getSubcommands().values())
        .forEach(child -> all.addAll(commands(child, leavesOnly)));
    return all;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }
}
