package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.HeddleClient;
import dev.heddle.ffi.linux.Cpu;
import dev.heddle.observe.JavaProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The daemon as a process: its command line and its end. */
class HeddleDaemonProcessIT {
  private static final int SIGTERM_STATUS = 128 + 15;
  private static final long DEADLINE_SECONDS = 60;

  @TempDir Path directory;

  private Process start(String... options) throws Exception {
    String[] all = new String[options.length + 2];
    all[0] = "--socket=" + directory.resolve("api.sock");
    all[1] = "--counters=" + directory.resolve("counters");
    System.arraycopy(options, 0, all, 2, options.length);
    return JavaProcess.builder(HeddleDaemon.class, all)
        .redirectErrorStream(true)
        .redirectOutput(output().toFile())
        .start();
  }

  private Path output() {
    return directory.resolve("output");
  }

  private String refusal(int status, String... options) throws Exception {
    Process process = start(options);
    assertThat(process.waitFor()).isEqualTo(status);
    assertThat(Files.exists(directory.resolve("api.sock"))).isFalse();
    return Files.readString(output());
  }

  private void awaitReady(Process process) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!Files.exists(directory.resolve("api.sock"))) {
      assertThat(process.isAlive() && System.nanoTime() < deadlineNs).isTrue();
      Thread.yield();
    }
  }

  /** Which processors each thread of a process may run on, by the thread's name. */
  private static Map<String, Set<String>> processorsByThread(Process process) throws IOException {
    Map<String, Set<String>> processors = new TreeMap<>();
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        List<String> status = Files.readAllLines(thread.resolve("status"));
        processors
            .computeIfAbsent(value(status, "Name:"), name -> new TreeSet<>())
            .add(value(status, "Cpus_allowed_list:"));
      }
    }
    return processors;
  }

  private static String value(List<String> status, String key) {
    return status.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldLeaveAWorkersCoreToTheWorker() throws Exception {
    List<Integer> cores = Cpu.affinity().stream().boxed().toList();
    Process process = start("--cores=" + cores.getLast());
    try {
      awaitReady(process);
      Map<String, Set<String>> processors = processorsByThread(process);
      assertThat(processors.remove("worker-0")).containsExactly(cores.getLast().toString());
      assertThat(processors).hasSizeGreaterThan(5);
      assertThat(processors.values())
          .allSatisfy(lists -> assertThat(lists).doesNotContain(cores.getLast().toString()))
          .allSatisfy(lists -> assertThat(lists).isEqualTo(processors.get("heartbeat")));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldDoAsFileAndCommandLineSayAndRemoveItsSocketWhenTerminated() throws Exception {
    String file = file("# two of them", "workers: 2", "idle: adaptive", "log-level: warn");
    Process process = start("--config=" + file, "--workers=1");
    try (HeddleClient client =
        HeddleClient.connect(directory.resolve("api.sock"), Duration.ofSeconds(30))) {
      awaitReady(process);
      assertThat(client.serverInfo().getPid()).isEqualTo(process.pid());
      assertThat(client.serverInfo().getWorkers()).isEqualTo(1);
      process.destroy();
      assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(SIGTERM_STATUS);
      assertThat(Files.exists(directory.resolve("api.sock"))).isFalse();
      assertThat(output()).isEmptyFile();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldNameOptionAndRemedyWhenToldNonsense() throws Exception {
    assertThat(refusal(1, "--cores=0,0"))
        .isEqualTo("heddled: --cores 0,0: core 0 is named twice; give each worker its own\n");
    assertThat(refusal(1, "--cores=1-x"))
        .isEqualTo("heddled: --cores 1-x: '1-x' is no core; write 1,4-6\n");
    assertThat(refusal(1, "--cores=0", "--workers=2"))
        .isEqualTo("heddled: --workers 2: --cores names 1; give one core a worker\n");
    assertThat(refusal(1, "--table-memory-mib=0"))
        .startsWith("heddled: --table-memory-mib 0: out of range; give 1 to ");
    assertThat(refusal(1, "--listen=127.0.0.1:0", "--tls-key=key"))
        .isEqualTo(
            "heddled: --listen 127.0.0.1:0: the API is served to other machines by mutual TLS only;"
                + " give --tls-certificate, --tls-key and --tls-client-ca, too\n");
    assertThat(refusal(2, "--idle=lazy"))
        .startsWith("Invalid value for option '--idle': expected one of [SPIN, ADAPTIVE]");
  }

  private String file(String... lines) throws IOException {
    return Files.write(directory.resolve("heddled.yaml"), List.of(lines)).toString();
  }

  private String check(int status, String... options) {
    StringWriter error = new StringWriter();
    CommandLine daemon = HeddleDaemon.commandLine().setErr(new PrintWriter(error));
    List<String> all = new ArrayList<>(List.of("--check"));
    all.addAll(List.of(options));
    assertThat(daemon.execute(all.toArray(String[]::new))).isEqualTo(status);
    return error.toString();
  }

  @Test
  void shouldFindNothingWrongWithWhatMakesSense() throws Exception {
    assertThat(check(0, "--config=" + file("workers: 2", "idle: Spin"))).isEmpty();
    assertThat(check(0, "--config=" + file("", "# nothing"))).isEmpty();
    assertThat(check(0, "--config=" + file("api-user: [root, '1']", "api-group: root"))).isEmpty();
  }

  @Test
  void shouldNameLineAndRemedyOfEveryMistakeInTheFile() throws Exception {
    String file =
        file(
            "wrokers: 2",
            "idle: lazy",
            "idle: spin",
            "max-endpoints: many",
            "cores: [1, 2]",
            "config: other.yaml",
            "colour: blue");
    assertThat(check(1, "--config=" + file).lines())
        .containsExactly(
            "heddled: " + file + ":1: wrokers: no such key; did you mean workers?",
            "heddled: "
                + file
                + ":2: idle: Invalid value for option '--idle': expected one of [SPIN, ADAPTIVE]"
                + " (case-insensitive) but was 'lazy'",
            "heddled: " + file + ":3: idle: stands in line 2 already; leave one out",
            "heddled: "
                + file
                + ":4: max-endpoints: Invalid value for option '--max-endpoints': 'many' is not an"
                + " int",
            "heddled: " + file + ":5: cores: no plain value; write one behind the colon",
            "heddled: "
                + file
                + ":6: config: no such key; heddled --help names them, with dashes before them",
            "heddled: "
                + file
                + ":7: colour: no such key; heddled --help names them, with dashes before them");
  }

  @Test
  void shouldNameTheLineOfWhatMakesNoSenseTogether() throws Exception {
    String file = file("idle: spin", "max-endpoints: 0");
    assertThat(check(1, "--config=" + file))
        .startsWith("heddled: " + file + ":2: max-endpoints 0: out of range; give 1 to ");
    assertThat(check(1, "--config=" + file, "--max-endpoints=-1"))
        .startsWith("heddled: --max-endpoints -1: out of range; give 1 to ");
    assertThat(check(1, "--config=" + file("workers: [1")))
        .startsWith("heddled: " + file + ":")
        .contains(": no YAML: ");
    assertThat(check(1, "--config=" + file("just words")))
        .startsWith("heddled: " + file + ":1: no keys; write 'key: value' a line");
    assertThat(check(1, "--config=/does/not/exist"))
        .startsWith("heddled: --config /does/not/exist: cannot be read: ");
  }
}
