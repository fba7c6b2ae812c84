package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code heddle export}: writes down what there is. */
@Command(
    name = "export",
    description = {
      "Writes everything that the daemon was told as a YAML file for 'heddle apply'. Secrets of memifs",
      "are never told: 'secret_set: true' stands for one, and 'heddle apply' keeps it. For a daemon that",
      "does not have it, write 'secret' and the secret in its place."
    },
    footer = "heddle export")
final class ExportCommand implements Runnable {
  @Mixin private SocketOption socket;
  @Spec private CommandSpec command;

  @Override
  public void run() {
    StateCalls.export(socket, command.commandLine().getOut());
  }
}
