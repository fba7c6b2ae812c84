package dev.heddle.cli;

import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heddle show}: views of the counters file, and of what the daemon tells. */
@Command(
    name = "show",
    description = "Shows what is going on; counters also when the daemon is stuck or gone.",
    subcommands = {
      ShowInterfaceCommand.class,
      ShowErrorsCommand.class,
      ShowRuntimeCommand.class,
      ShowWorkerCommand.class,
      ShowMemifCommand.class,
      ShowNeighborCommand.class,
      ShowVrfCommand.class,
      ShowRouteCommand.class,
      ShowEndpointCommand.class,
      ShowNodeCommand.class,
      ShowTunnelCommand.class,
      ShowMtuCommand.class,
    })
final class ShowCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    String views =
        spec.subcommands().values().stream()
            .map(CommandLine::getCommandName)
            .distinct()
            .collect(Collectors.joining(", "));
    throw new ParameterException(spec.commandLine(), "Missing what to show: " + views);
  }
}
