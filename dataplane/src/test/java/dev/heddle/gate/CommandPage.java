package dev.heddle.gate;

import dev.heddle.cli.HeddleCli;
import dev.heddle.daemon.HeddleDaemon;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The page of docs/reference that repeats what the programs say when they are asked for help. */
final class CommandPage {
  private CommandPage() {}

  static String write() {
    StringBuilder page = new StringBuilder("# The command line\n\n");
    page.append(ReferencePages.ORIGIN);
    page.append(
        """

        `bin/heddle` ends with status 0 when it is done, 1 when the daemon refused or something is
        not there, 2 when the command line makes no sense. `stats` and `show` read the counters file
        and need no daemon; the others talk to the daemon's socket.
        """);
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    addSubcommands(page, HeddleCli.commandLine(nowhere, nowhere));
    page.append(
        """

        `bin/heddled` is the daemon. It ends with status 143 after SIGTERM and 130 after SIGINT, 1
        when it cannot start as told, 2 when the command line makes no sense. The environment's
        `HEDDLE_JVM_OPTIONS` are added to the options of its JVM.
        """);
    addCommand(page, new CommandLine(new HeddleDaemon()).setUsageHelpWidth(96));
    return page.toString();
  }

  private static void addSubcommands(StringBuilder page, CommandLine parent) {
    // A command stands in the map once for each of its aliases.
    Set<CommandLine> children = new LinkedHashSet<>(parent.getSubcommands().values());
    for (CommandLine child : children) {
      if (child.getSubcommands().isEmpty()) {
        addCommand(page, child);
      }
      addSubcommands(page, child);
    }
  }

  private static void addCommand(StringBuilder page, CommandLine command) {
    page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
    page.append(command.getUsageMessage(Ansi.OFF).strip());
    page.append("\n```\n");
  }
}
