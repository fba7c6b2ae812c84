package dev.heddle.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle help}: the manual page of a command. */
@Command(
    name = "help",
    description = "Tells how to use a command, as its --help does.",
    footer = {"heddle help", "heddle help show mtu"})
final class HelpCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "COMMAND",
      description = "The command's words. Default: what commands there are.")
  private List<String> words = List.of();

  @Override
  public void run() {
    CommandLine command = spec.root().commandLine();
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw new UsageException(
            "'%s' is no command of '%s'; 'heddle help' lists them"
                .formatted(word, command.getCommandSpec().qualifiedName()));
      }
      command = next;
    }
    command.usage(spec.commandLine().getOut());
  }
}
