package dev.heddle.cli;

import dev.heddle.api.stats.CountersFileException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The entry point of {@code heddle}. Exit status: 0 when done, 1 when the daemon refused or
 * something is not there, 2 when the command line makes no sense.
 */
@Command(
    name = "heddle",
    description = "Looks at Heddle's counters and tells its daemon what to do.",
    subcommands = {
      StatsCommand.class,
      TopCommand.class,
      ShowCommand.class,
      ApplyCommand.class,
      DiffCommand.class,
      ExportCommand.class,
      NetworkCommand.class,
      EndpointCommand.class,
      RouteCommand.class,
      UplinkCommand.class,
      NodeCommand.class,
      PolicyCommand.class,
      ExplainCommand.class,
      CaptureCommand.class,
      TraceCommand.class,
      WatchCommand.class,
      CompletionCommand.class,
      LogCommand.class,
      VersionCommand.class,
    })
public final class HeddleCli implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Tell how to use the command.")
  private boolean help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand");
  }

  /** Runs the command line and ends the process with its exit status. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int status = commandLine(out, err).execute(arguments);
    out.flush();
    System.exit(status);
  }

  /** The whole command line, writing to {@code out} and {@code err}. */
  public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new HeddleCli())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(HeddleCli::explainUsage)
        .setExecutionExceptionHandler(HeddleCli::explainFailure);
  }

  private static int explainFailure(
      Exception failure, CommandLine failed, CommandLine.ParseResult parsed) throws Exception {
    return switch (failure) {
      case UsageException usage ->
          explainUsage(new ParameterException(failed, usage.getMessage()), new String[0]);
      case CountersFileException missing -> explain(failed, missing);
      case CommandException refused -> explain(failed, refused);
      default -> throw failure;
    };
  }

  private static int explain(CommandLine failed, Exception failure) {
    failure.getMessage().lines().forEach(line -> failed.getErr().println("heddle: " + line));
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static int explainUsage(ParameterException mistake, String[] arguments) {
    CommandLine failed = mistake.getCommandLine();
    PrintWriter err = failed.getErr();
    err.println("heddle: " + mistake.getMessage());
    err.println("Try '" + failed.getCommandSpec().qualifiedName() + " --help'.");
    return failed.getCommandSpec().exitCodeOnInvalidInput();
  }
}
