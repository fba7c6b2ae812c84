package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs as they are launched take their classes from the caches that the build made. */
class AotCachesIT {
  private static final String FROM_CACHE = " source: shared objects file";
  private static final long DEADLINE_SECONDS = 120;

  @TempDir Path directory;

  @Test
  void shouldLoadWhatTheBuildHasSeenWhenDaemonAndCliAreLaunched() throws Exception {
    Process daemon =
        launch(
            "heddled",
            classLog("daemon.classes"),
            "--idle=adaptive",
            "--socket=" + directory.resolve("api.sock"),
            "--counters=" + directory.resolve("counters"));
    try {
      awaitSocket(daemon);
      Process call =
          launch(
              "heddle",
              classLog("call.classes"),
              "network",
              "list",
              "--socket=" + directory.resolve("api.sock"));
      assertThat(call.waitFor()).as(output("heddle")).isZero();
    } finally {
      daemon.destroy();
      daemon.waitFor();
    }
    assertFromCache("daemon.classes", "dev.heddle.daemon.Daemon", "io.grpc.internal.ServerImpl");
    assertFromCache(
        "call.classes",
        "dev.heddle.cli.NetworkCommand",
        "io.grpc.netty.NettyClientHandler",
        "picocli.CommandLine");
    assertThat(output("heddle")).isEqualTo("Network  VNI  MTU  Endpoints  Routes  Ranges\n");
  }

  @Test
  void shouldSayNothingWhenTheCacheDoesNotFit() throws Exception {
    Path cache = Files.writeString(directory.resolve("other.aot"), "of another build");
    assertThat(launch("heddle", "-XX:AOTCache=" + cache, "version").waitFor()).isZero();
    assertThat(output("heddle")).matches("heddle [^\n]+\n");
  }

  @Test
  void shouldLoadTheJarWhenItIsNewerThanTheCache() throws Exception {
    Path root = directory.resolve("root");
    String copy =
        "mkdir -p %1$s/dataplane/target && cp -a ../bin ../scripts %1$s/ && cp -a target/heddle"
            + " %1$s/dataplane/target/ && touch %1$s/dataplane/target/heddle/lib/agent-api-*.jar";
    assertThat(new ProcessBuilder("sh", "-c", copy.formatted(root)).start().waitFor()).isZero();
    ProcessBuilder heddle = new ProcessBuilder(root.resolve("bin/heddle").toString(), "version");
    heddle.environment().put("HEDDLE_JVM_OPTIONS", classLog("classes"));
    assertThat(heddle.start().waitFor()).isZero();
    assertThat(Files.readAllLines(directory.resolve("classes")))
        .anyMatch(line -> line.contains(" dev.heddle.cli.HeddleCli source: file:"));
  }

  private Process launch(String program, String jvmOptions, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of("..", "bin", program).toString());
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(program + ".out").toFile());
    builder.environment().put("HEDDLE_JVM_OPTIONS", jvmOptions);
    return builder.start();
  }

  private String classLog(String file) {
    return "-Xlog:class+load:file=" + directory.resolve(file);
  }

  private String output(String program) throws IOException {
    return Files.readString(directory.resolve(program + ".out"));
  }

  private void awaitSocket(Process daemon) throws IOException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!Files.exists(directory.resolve("api.sock"))) {
      assertThat(daemon.isAlive() && System.nanoTime() < deadlineNs).as(output("heddled")).isTrue();
      Thread.onSpinWait();
    }
  }

  private void assertFromCache(String log, String... classes) throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve(log));
    for (String name : classes) {
      assertThat(lines).anyMatch(line -> line.contains(" " + name + FROM_CACHE));
    }
  }
}
