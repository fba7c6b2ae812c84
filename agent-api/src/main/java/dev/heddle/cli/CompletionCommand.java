package dev.heddle.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code heddle completion}: lets a shell complete command lines. */
@Command(
    name = "completion",
    description = {
      "Writes what bash needs to complete heddle's commands and options; zsh takes it after bashcompinit.",
      "Write it to /etc/bash_completion.d/heddle, or for one shell: source <(heddle completion)"
    },
    footer = "heddle completion")
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    command.commandLine().getOut().print(AutoComplete.bash("heddle", command.root().commandLine()));
  }
}
