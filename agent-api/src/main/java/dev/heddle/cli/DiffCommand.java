package dev.heddle.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle diff}: what a file would change. */
@Command(
    name = "diff",
    description = {
      "Shows what 'heddle apply' of the same file would change, and changes nothing: + is created, - is",
      "deleted, ~ gets other fields."
    },
    exitCodeList = {
      "0:Nothing would change.",
      "1:The daemon refused, or something is not there; standard error says why.",
      "2:The command line makes no sense.",
      "3:Something would change."
    },
    footer = {"heddle diff -f state.yaml", "heddle diff --replace -f state.yaml -o json"})
final class DiffCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "The file; - is standard input.")
  private Path file;

  @Option(
      names = "--replace",
      description = "As the whole state: whatever the file does not name would be deleted.")
  private boolean replace;

  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Override
  public Integer call() {
    return StateDiff.show(socket, StateFile.read(file), replace, output);
  }
}
