package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.HeddleClient;
import dev.heddle.observe.JavaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  @Test
  void shouldRemoveItsSocketWhenTerminated() throws Exception {
    Process process = start("--idle=adaptive", "--workers=1", "--log-level=warn");
    try (HeddleClient client =
        HeddleClient.connect(directory.resolve("api.sock"), Duration.ofSeconds(30))) {
      long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
      while (!Files.exists(directory.resolve("api.sock"))) {
        assertThat(process.isAlive() && System.nanoTime() < deadlineNs).isTrue();
        Thread.yield();
      }
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
    assertThat(refusal(2, "--idle=lazy"))
        .startsWith("Invalid value for option '--idle': expected one of [SPIN, ADAPTIVE]");
  }
}
