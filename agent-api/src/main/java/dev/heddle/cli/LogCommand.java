package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle log}: what the daemon logs. */
@Command(
    name = "log",
    addMethodSubcommands = false,
    description = "Tells or changes what the daemon logs.")
final class LogCommand implements Runnable {
  /** The contract's levels. */
  enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to tell or change: level");
  }

  @Command(
      name = "level",
      description =
          "Tells the log level, or changes it until the daemon is started again or gets SIGHUP.",
      footer = {"heddle log level", "heddle log level debug"})
  void level(
      @Parameters(
              index = "0",
              arity = "0..1",
              paramLabel = "LEVEL",
              description = "error, warn, info or debug.")
          Level level,
      @Mixin SocketOption socket) {
    LogCalls.level(socket, level);
  }
}
