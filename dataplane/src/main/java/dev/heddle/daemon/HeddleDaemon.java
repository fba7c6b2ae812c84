package dev.heddle.daemon;

import dev.heddle.api.RunDirectory;
import dev.heddle.api.Version;
import dev.heddle.table.RouteStore;
import dev.heddle.worker.IdleMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.ShutdownSignalBarrier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The entry point of {@code heddled}. Exit status: 128 and the signal's number after SIGTERM (143)
 * or SIGINT (130), 1 when it cannot start as told, 2 when the command line makes no sense.
 */
@Command(
    name = "heddled",
    description = "Carries packets between pods; told what to do through its API.",
    mixinStandardHelpOptions = true,
    versionProvider = HeddleDaemon.OwnVersion.class)
public final class HeddleDaemon implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(HeddleDaemon.class);
  private static final int MAX_WORKERS = 64;
  private static final int MAX_ENDPOINTS = 16_384;
  private static final int MIN_TABLE_MEMORY_MIB = 1;
  private static final int MAX_TABLE_MEMORY_MIB = (int) (RouteStore.MAX_LIMIT_BYTES >> 20);
  private static final int NOT_PINNED = -1;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "YAML file with options: their names without the dashes as keys. The command line goes"
              + " before it.")
  private Path config;

  @Option(
      names = "--check",
      description = "Only tells whether options and file make sense; the daemon is not started.")
  private boolean checkOnly;

  @Option(
      names = "--socket",
      paramLabel = "SOCKET",
      description = "Unix socket of the API. Default: /run/heddle/heddle.sock.")
  private Path socket = RunDirectory.SOCKET;

  @Mixin private final ApiOptions api = new ApiOptions();

  @Option(
      names = "--counters",
      paramLabel = "FILE",
      description = "File of the counters, in memory. Default: /run/heddle/counters.")
  private Path countersFile = RunDirectory.COUNTERS;

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description =
          "File that keeps the state for the next run; it outlives the daemon, but is not forced to a"
              + " disk. Default: beside the socket, with .journal behind its name.")
  private Path journal;

  @Option(
      names = "--workers",
      paramLabel = "NUMBER",
      description = "Worker threads. Default: one a core of --cores, else 1.")
  private Integer workers;

  @Option(
      names = "--cores",
      paramLabel = "LIST",
      description = "Cores to pin the workers to, such as 1,4-6. Default: not pinned.")
  private String cores;

  @Option(
      names = "--idle",
      paramLabel = "MODE",
      description =
          "Without packets, workers spin (fastest, a busy core each) or sleep (adaptive)."
              + " Default: ${DEFAULT-VALUE}.")
  private IdleMode idle = IdleMode.ADAPTIVE;

  @Option(
      names = "--table-memory-mib",
      paramLabel = "MIB",
      description = "The most memory that lookup tables may take. Default: ${DEFAULT-VALUE}.")
  private int tableMemoryMib = 1024;

  @Option(
      names = "--max-endpoints",
      paramLabel = "NUMBER",
      description = "How many endpoints there may be. Default: ${DEFAULT-VALUE}.")
  private int maxEndpoints = 1024;

  @Option(
      names = "--dpdk-arguments",
      paramLabel = "ARGUMENTS",
      description =
          "What DPDK is started with for the first uplink by DPDK, such as '--lcores=0 -m 1024'."
              + " Default: what suits this machine and its huge pages.")
  private String dpdkArguments = "";

  @Option(
      names = "--metrics",
      paramLabel = "ADDRESS:PORT",
      description =
          "Serves /metrics to Prometheus there, and /livez and /readyz, to anybody and unencrypted."
              + " Default: nowhere.")
  private String metrics;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "ERROR, WARN, INFO or DEBUG. Default: ${DEFAULT-VALUE}.")
  private LogLevel logLevel = LogLevel.INFO;

  private Supplier<HeddleDaemon> rereading;

  /** Runs the daemon until a signal ends it. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** With nothing read yet. */
  static CommandLine commandLine() {
    return new CommandLine(new HeddleDaemon())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(HeddleDaemon::run)
        .setExecutionExceptionHandler(HeddleDaemon::explain);
  }

  /** Takes what the file says besides the command line, if one is named. */
  private static int run(CommandLine.ParseResult given) {
    HeddleDaemon daemon = (HeddleDaemon) given.commandSpec().userObject();
    if (daemon.config == null || given.isUsageHelpRequested() || given.isVersionHelpRequested()) {
      return new CommandLine.RunLast().execute(given);
    }
    try {
      ConfigFile file = ConfigFile.read(daemon.config, given.commandSpec());
      List<String> all = new ArrayList<>(file.arguments(given));
      all.addAll(given.originalArgs());
      CommandLine whole = commandLine().setErr(given.commandSpec().commandLine().getErr());
      whole.<HeddleDaemon>getCommand().rereading = () -> reread(daemon.config, given);
      whole.setExecutionStrategy(new CommandLine.RunLast());
      whole.setExecutionExceptionHandler((failure, commandLine, parsed) ->
          explain(failure, commandLine, message -> file.located(message, given)));
      return whole.execute(all.toArray(String[]::new));
    } catch (StartException e) {
      return tell(given.commandSpec().commandLine(), e.getMessage());
    }
  }

  /** As a start would read them now, but for what lies between options. */
  private static HeddleDaemon reread(Path config, CommandLine.ParseResult given) {
    List<String> all =
        new ArrayList<>(ConfigFile.read(config, given.commandSpec()).arguments(given));
    all.addAll(given.originalArgs());
    CommandLine whole = commandLine();
    whole.parseArgs(all.toArray(String[]::new));
    return whole.getCommand();
  }

  private static int explain(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) throws Exception {
    return explain(failure, commandLine, message -> message);
  }

  private static int explain(
      Exception failure, CommandLine commandLine, UnaryOperator<String> located) throws Exception {
    if (failure instanceof StartException) {
      return tell(commandLine, located.apply(failure.getMessage()));
    }
    throw failure;
  }

  private static int tell(CommandLine commandLine, String mistakes) {
    mistakes.lines().forEach(line -> commandLine.getErr().println("heddled: " + line));
    return CommandLine.ExitCode.SOFTWARE;
  }

  @Override
  public Integer call() {
    logLevel.apply();
    DaemonSettings settings = settings();
    if (checkOnly) {
      return CommandLine.ExitCode.OK;
    }
    try (ShutdownSignalBarrier signal = new ShutdownSignalBarrier();
        Daemon _ = Daemon.start(settings)) {
      Hangup.onEach(() -> readLogLevelAgain(rereading));
      LOG.atInfo()
          .addKeyValue("version", Version.current())
          .addKeyValue("workers", settings.processors().size())
          .addKeyValue("socket", settings.doors().socket())
          .log("serving");
      signal.await();
      LOG.info("ending");
    }
    return CommandLine.ExitCode.OK;
  }

  /**
   * Takes the log level from the file as it is now; what the command line says goes before it.
   *
   * @param rereading reads command line and file anew, where there is a file
   */
  private static void readLogLevelAgain(Supplier<HeddleDaemon> rereading) {
    if (rereading == null) {
      LOG.warn("the log level stays, as there is no --config to read it from");
      return;
    }
    try {
      rereading.get().logLevel.apply();
      LOG.atInfo().addKeyValue("level", LogLevel.current()).log("the log level was read again");
    } catch (StartException | CommandLine.ParameterException e) {
      LOG.atError().addKeyValue("reason", e.getMessage()).log("the log level stays");
    }
  }

  private DaemonSettings settings() {
    checkRange("--table-memory-mib", tableMemoryMib, MIN_TABLE_MEMORY_MIB, MAX_TABLE_MEMORY_MIB);
    checkRange("--max-endpoints", maxEndpoints, 1, MAX_ENDPOINTS);
    return new DaemonSettings(
        api.doors(socket),
        countersFile,
        journal == null ? besideSocket() : journal,
        processors(),
        idle,
        (long) tableMemoryMib << 20,
        maxEndpoints,
        metrics == null ? null : AddressOption.parse("--metrics", metrics),
        dpdkArguments.isBlank() ? List.of() : List.of(dpdkArguments.strip().split("\\s+")));
  }

  private Path besideSocket() {
    return socket.resolveSibling(socket.getFileName() + ".journal");
  }

  private List<Integer> processors() {
    if (cores == null) {
      int count = workers == null ? 1 : workers;
      checkRange("--workers", count, 1, MAX_WORKERS);
      return Collections.nCopies(count, NOT_PINNED);
    }
    List<Integer> list = CoreList.parse(cores);
    if (workers != null && workers != list.size()) {
      throw new StartException(
          "--workers " + workers + ": --cores names " + list.size() + "; give one core a worker");
    }
    checkRange("--workers", list.size(), 1, MAX_WORKERS);
    return list;
  }

  private static void checkRange(String option, int value, int from, int to) {
    if (value < from || value > to) {
      throw new StartException(option + " " + value + ": out of range; give " + from + " to " + to);
    }
  }

  /** Tells the version to {@code --version}. */
  static final class OwnVersion implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"heddled " + Version.current()};
    }
  }
}
