package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.HeddleClient;
import dev.heddle.ffi.linux.Cpu;
import dev.heddle.observe.JavaProcess;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process: its command line and its end. */
class HeddleDaemonProcessTest {
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
  void shouldRemoveItsSocketWhenTerminated() throws Exception {
    Process process = start("--idle=adaptive", "--workers=1", "--log-level=warn");
    try (HeddleClient client =
        HeddleClient.connect(directory.resolve("api.sock"), Duration.ofSeconds(30))) {
      awaitReady(process);
      assertThat(client.serverInfo().getPid()).isEqualTo(process.pid());
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
}
