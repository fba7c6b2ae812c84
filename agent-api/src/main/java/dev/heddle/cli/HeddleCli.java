package dev.heddle.cli;

import static java.util.Map.entry;

import dev.heddle.api.stats.CountersFileException;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
    description = "Looks at Heddle's counters and tells its daemon what to do.")
public final class HeddleCli implements Runnable {
  /** By name, in the order in which help lists them. */
  private static final List<Map.Entry<String, Supplier<Object>>> COMMANDS =
      List.of(
          entry("stats", StatsCommand::new),
          entry("top", TopCommand::new),
          entry("show", ShowCommand::new),
          entry("apply", ApplyCommand::new),
          entry("diff", DiffCommand::new),
          entry("export", ExportCommand::new),
          entry("network", NetworkCommand::new),
          entry("endpoint", EndpointCommand::new),
          entry("route", RouteCommand::new),
          entry("uplink", UplinkCommand::new),
          entry("node", NodeCommand::new),
          entry("policy", PolicyCommand::new),
          entry("explain", ExplainCommand::new),
          entry("capture", CaptureCommand::new),
          entry("trace", TraceCommand::new),
          entry("watch", WatchCommand::new),
          entry("completion", CompletionCommand::new),
          entry("log", LogCommand::new),
          entry("config", ConfigCommand::new),
          entry("help", HelpCommand::new),
          entry("version", VersionCommand::new));

  private static final Set<String> ABOUT_ALL = Set.of("completion", "help");

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
    int status = commandLine(out, err, arguments).execute(arguments);
    out.flush();
    System.exit(status);
  }

  /** The whole command line, writing to {@code out} and {@code err}. */
  public static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return commandLine(out, err, new String[0]);
  }

  /**
   * The same with only the command that the first argument names, if it names one, and of that one
   * only the method that the second names, likewise: to build them all takes longer than most of
   * them take to run.
   */
  static CommandLine commandLine(PrintWriter out, PrintWriter err, String[] arguments) {
    CommandLine commandLine = new CommandLine(new HeddleCli());
    String wanted = word(arguments, 0);
    boolean all =
        ABOUT_ALL.contains(wanted)
            || COMMANDS.stream().noneMatch(command -> command.getKey().equals(wanted));
    for (Map.Entry<String, Supplier<Object>> command : COMMANDS) {
      if (all || command.getKey().equals(wanted)) {
        commandLine.addSubcommand(build(command.getValue().get(), all ? "" : word(arguments, 1)));
      }
    }
    return commandLine
        .setOut(out)
        .setErr(err)
        .setHelpFactory(ManualPage::of)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(HeddleCli::explainUsage)
        .setExecutionExceptionHandler(HeddleCli::explainFailure);
  }

  private static String word(String[] arguments, int index) {
    return index < arguments.length ? arguments[index] : "";
  }

  /** picocli itself would add all of a command's methods (addMethodSubcommands). */
  private static CommandLine build(Object command, String wanted) {
    CommandLine commandLine = new CommandLine(command);
    List<Method> methods = CommandLine.getCommandMethods(command.getClass(), null);
    boolean all = methods.stream().noneMatch(method -> name(method).equals(wanted));
    for (Method method : methods) {
      if (all || name(method).equals(wanted)) {
        commandLine.addSubcommand(new CommandLine(method));
      }
    }
    return commandLine;
  }

  private static String name(Method method) {
    return method.getAnnotation(Command.class).name();
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
