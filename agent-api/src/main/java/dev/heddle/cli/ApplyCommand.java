package dev.heddle.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heddle apply}: makes what a file says. */
@Command(
    name = "apply",
    description = {
      "Creates or replaces the objects in a YAML file, all or none. The file has a section for each",
      "kind of object, such as 'networks:', with a list of them; fields are called as in the API's",
      "reference, addresses and prefixes are text. 'heddle export' writes such a file."
    },
    footer = {"heddle apply -f state.yaml", "heddle apply --replace -f -"})
final class ApplyCommand implements Runnable {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "The file; - is standard input.")
  private Path file;

  @Option(
      names = "--replace",
      description =
          "Delete whatever the file does not name, so that it is the whole state. What is there"
              + " already as told stays connected.")
  private boolean replace;

  @Mixin private SocketOption socket;

  @Override
  public void run() {
    StateCalls.apply(socket, StateFile.read(file), replace);
  }
}
