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
      "deleted, ~ gets other fields. Exit status: 0 if nothing would change, 3 if something would."
    })
final class DiffCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "The file.")
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
