package dev.heddle.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle config}: the daemon's configuration file. */
@Command(
    name = "config",
    addMethodSubcommands = false,
    description = "Checks the daemon's configuration.")
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: check");
  }

  @Command(
      name = "check",
      description = {
        "Tells whether heddled would start with a configuration file: each mistake with its line and",
        "what to do about it. It asks the heddled of this installation and starts no daemon."
      },
      footer = "heddle config check /etc/heddle/heddled.yaml")
  int check(@Parameters(paramLabel = "FILE", description = "The YAML file.") Path file) {
    String root = System.getProperty("heddle.root");
    if (root == null) {
      throw new CommandException(
          "config check: JVM option -Dheddle.root is absent, which says where heddled is: run"
              + " bin/heddle, which gives it");
    }
    Path heddled = Path.of(root, "bin", "heddled");
    if (!Files.isExecutable(heddled)) {
      throw new CommandException(
          heddled + " is no program: run bin/heddle of an installation that has the daemon");
    }
    try {
      int status =
          new ProcessBuilder(heddled.toString(), "--config=" + file, "--check")
              .inheritIO()
              .start()
              .waitFor();
      if (status == 0) {
        spec.commandLine().getOut().println(file + ": heddled can start with it");
      }
      return status;
    } catch (IOException e) {
      throw new CommandException(heddled + " cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted");
    }
  }
}
