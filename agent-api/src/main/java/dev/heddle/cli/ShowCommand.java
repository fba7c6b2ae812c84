package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code heddle show}: views of the counters file, and of what the daemon knows of neighbours. */
@Command(
    name = "show",
    description = "Shows what is going on; counters also when the daemon is stuck or gone.",
    subcommands = {
      ShowInterfaceCommand.class,
      ShowErrorsCommand.class,
      ShowRuntimeCommand.class,
      ShowNeighborCommand.class,
    })
final class ShowCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing what to show: interface, errors, runtime or neighbor");
  }
}
