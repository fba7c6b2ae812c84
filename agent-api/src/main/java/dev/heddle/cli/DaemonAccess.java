package dev.heddle.cli;

import dev.heddle.api.RunDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that says which daemon a command talks to; {@link Daemon} does the talking. */
final class DaemonAccess {
  @Option(
      names = "--socket",
      paramLabel = "FILE",
      description = "The daemon's socket. Default: /run/heddle/heddle.sock.")
  private Path socket = RunDirectory.SOCKET;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  Path socket() {
    return socket;
  }

  PrintWriter out() {
    return command.commandLine().getOut();
  }

  /** Reads what was typed, such as an address; a mistake in it ends the command. */
  <T> T read(Function<String, T> reader, String text) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }
}
