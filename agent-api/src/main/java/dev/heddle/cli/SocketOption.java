package dev.heddle.cli;

import dev.heddle.api.RunDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The socket of the daemon that a command talks to. */
final class SocketOption {
  @Option(
      names = "--socket",
      paramLabel = "SOCKET",
      description = "The daemon's control socket. Default: /run/heddle/heddle.sock.")
  private Path socket = RunDirectory.SOCKET;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  Path path() {
    return socket;
  }

  /** Where the command tells what the daemon did. */
  PrintWriter out() {
    return command.commandLine().getOut();
  }
}
