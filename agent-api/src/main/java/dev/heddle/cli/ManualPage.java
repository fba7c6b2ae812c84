package dev.heddle.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A command's help in the form of a manual page: its sections in man-pages(7)'s order, each
 * indented under its name. Examples are what the command's annotation has as its footer.
 */
final class ManualPage extends Help {
  private static final String INDENT = " ".repeat(7);

  /** With the indent as wide as the narrowest usual terminal. */
  private static final int TEXT_CHARACTERS = 80 - INDENT.length();

  /** Between a command's name and what it does. */
  private static final int GAP = 2;

  private static final Map<String, String> EXIT_STATUS = new LinkedHashMap<>();

  static {
    EXIT_STATUS.put("0", "It is done.");
    EXIT_STATUS.put("1", "The daemon refused, or something is not there; standard error says why.");
    EXIT_STATUS.put("2", "The command line makes no sense.");
  }

  private ManualPage(CommandSpec command, ColorScheme colours) {
    super(command, colours);
  }

  /** The page of a command. */
  static ManualPage of(CommandSpec command, ColorScheme colours) {
    command.usageMessage().width(TEXT_CHARACTERS).sortOptions(true);
    if (command.usageMessage().exitCodeList().isEmpty()) {
      command.usageMessage().exitCodeList(EXIT_STATUS);
    }
    return new ManualPage(command, colours);
  }

  private static String heading(String name) {
    return "\n" + name + "\n";
  }

  private static String heading(String name, String body) {
    return body.isEmpty() ? "" : heading(name);
  }

  private static String indented(String text) {
    return text.lines()
        .map(line -> line.isBlank() ? "\n" : INDENT + line.stripTrailing() + "\n")
        .collect(Collectors.joining());
  }

  @Override
  public String headerHeading(Object... unused) {
    return "NAME\n";
  }

  @Override
  public String header(Object... unused) {
    return indented(wrapped(commandSpec().qualifiedName() + " - " + firstSentence(commandSpec())));
  }

  private static String firstSentence(CommandSpec command) {
    String description = String.join(" ", command.usageMessage().description());
    int end = description.indexOf(". ");
    return (end < 0 ? description : description.substring(0, end)).replaceAll("[.:]$", "");
  }

  private String wrapped(String text) {
    Column column = new Column(TEXT_CHARACTERS, 0, Column.Overflow.WRAP);
    TextTable table = TextTable.forColumns(colorScheme(), column);
    table.indentWrappedLines = 0;
    table.addRowValues(text);
    return table.toString();
  }

  @Override
  public String synopsisHeading(Object... unused) {
    return heading("SYNOPSIS");
  }

  @Override
  public String synopsis(int unused) {
    return indented(super.synopsis(0));
  }

  @Override
  public String descriptionHeading(Object... unused) {
    return heading("DESCRIPTION");
  }

  @Override
  public String description(Object... unused) {
    return indented(wrapped(String.join(" ", commandSpec().usageMessage().description())));
  }

  @Override
  public String parameterListHeading(Object... unused) {
    return heading("PARAMETERS", parameterList());
  }

  @Override
  public String parameterList() {
    return indented(super.parameterList());
  }

  @Override
  public String optionListHeading(Object... unused) {
    return heading("OPTIONS");
  }

  @Override
  public String optionList() {
    return indented(super.optionList());
  }

  @Override
  public String commandListHeading(Object... unused) {
    return heading("COMMANDS", commandList());
  }

  @Override
  public String commandList() {
    Map<String, String> commands = new LinkedHashMap<>();
    commandSpec()
        .subcommands()
        .values()
        .forEach(each -> commands.put(each.getCommandName(), firstSentence(each.getCommandSpec())));
    int longest = commands.keySet().stream().mapToInt(String::length).max().orElse(0);
    TextTable table =
        TextTable.forColumns(
            colorScheme(),
            new Column(longest + GAP, 0, Column.Overflow.SPAN),
            new Column(TEXT_CHARACTERS - longest - GAP, 0, Column.Overflow.WRAP));
    commands.forEach(table::addRowValues);
    return indented(table.toString());
  }

  @Override
  public String exitCodeListHeading(Object... unused) {
    return heading("EXIT STATUS");
  }

  @Override
  public String exitCodeList() {
    return indented(super.exitCodeList());
  }

  @Override
  public String footerHeading(Object... unused) {
    return commandSpec().usageMessage().footer().length == 0 ? "" : heading("EXAMPLES");
  }

  @Override
  public String footer(Object... unused) {
    String examples =
        Stream.of(commandSpec().usageMessage().footer())
            .map(line -> line + "\n")
            .collect(Collectors.joining());
    return indented(examples) + heading("SEE ALSO") + indented(wrapped(seeAlso()));
  }

  private String seeAlso() {
    CommandSpec above = commandSpec().parent();
    if (above == null) {
      return "heddled --help, docs/reference/commands.md";
    }
    Stream<String> siblings =
        above.subcommands().values().stream()
            .distinct()
            .map(CommandLine::getCommandSpec)
            .filter(sibling -> sibling != commandSpec())
            .map(CommandSpec::qualifiedName);
    List<String> others = above.parent() == null ? List.of("heddle") : siblings.toList();
    return String.join(", ", others.isEmpty() ? List.of(above.qualifiedName()) : others);
  }
}
