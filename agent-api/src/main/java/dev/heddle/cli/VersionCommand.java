package dev.heddle.cli;

import dev.heddle.api.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code heddle version}: which release this is. */
@Command(
    name = "version",
    description = "Tells the version of this program.",
    footer = "heddle version")
final class VersionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().println("heddle " + Version.current());
  }
}
