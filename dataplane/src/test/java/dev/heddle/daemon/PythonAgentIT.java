package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import dev.heddle.control.ApiDoors;
import dev.heddle.worker.IdleMode;
import io.grpc.health.v1.HealthCheckRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent in Python, made of the .proto files and nothing else, drives a whole daemon. */
class PythonAgentIT {
  private static final int NOT_PINNED = -1;
  private static final long TABLE_BYTES = 1L << 26;
  private static final int MAX_ENDPOINTS = 16;

  /** Which has Debian's grpcio; another may come first in the path. */
  private static final String DEBIAN_PYTHON = "/usr/bin/python3";

  private static final String STRANGER = "65533";
  private static final String GUEST = "65534";

  @TempDir private Path directory;
  private Path agent;

  @BeforeEach
  void generate() throws Exception {
    // Other users are to reach the socket, and to be judged by who they are.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    agent = Files.createDirectory(directory.resolve("agent"));
    Path protos = Files.createDirectory(directory.resolve("protos"));
    copy(ErrorInfo.class, "google/rpc/error_details.proto", protos);
    copy(ErrorInfo.class, "google/rpc/status.proto", protos);
    copy(Any.class, "google/protobuf/any.proto", protos);
    copy(Any.class, "google/protobuf/duration.proto", protos);
    copy(HealthCheckRequest.class, "grpc/health/v1/health.proto", protos);
    Path contract = Path.of("../agent-api/src/main/proto");
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(contract.resolve("heddle/v1"))) {
      all.map(Path::toString).sorted().forEach(files::add);
    }
    run(
        "protoc",
        "-I" + contract,
        "--python_out=" + agent,
        "--grpc_python_out=" + agent,
        "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin",
        String.join(" ", files));
    run(
        "protoc",
        "-I" + protos,
        "--python_out=" + agent,
        "google/rpc/error_details.proto google/rpc/status.proto");
    run("protoc", "-I" + protos + "/grpc/health/v1", "--python_out=" + agent, "health.proto");
    Files.copy(Path.of("src/test/python/agent.py"), agent.resolve("agent.py"));
  }

  private static void copy(Class<?> neighbour, String resource, Path to) throws IOException {
    try (InputStream in = neighbour.getResourceAsStream("/" + resource)) {
      Path file = to.resolve(resource);
      Files.createDirectories(file.getParent());
      Files.copy(in, file);
    }
  }

  /** Runs a command, the last part of which may name several files, and returns its output. */
  private static String run(String... command) throws IOException, InterruptedException {
    List<String> parts = new ArrayList<>(List.of(command).subList(0, command.length - 1));
    parts.addAll(Arrays.asList(command[command.length - 1].split(" ")));
    Process process = new ProcessBuilder(parts).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", parts, output).isZero();
    return output;
  }

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private Daemon daemon(String... users) {
    return Daemon.start(
        new DaemonSettings(
            new ApiDoors(socket(), List.of(users), List.of(), null),
            directory.resolve("counters"),
            directory.resolve("journal"),
            List.of(NOT_PINNED),
            IdleMode.ADAPTIVE,
            TABLE_BYTES,
            MAX_ENDPOINTS,
            null,
            List.of()));
  }

  private String knockAs(String user) throws IOException, InterruptedException {
    return run(
        "setpriv",
        "--reuid=" + user,
        "--regid=" + user,
        "--clear-groups",
        DEBIAN_PYTHON,
        agent.resolve("agent.py").toString(),
        socket() + " knock");
  }

  @Test
  void shouldDriveANetworkFromTheProtoAlone() throws Exception {
    try (Daemon daemon = daemon()) {
      assertThat(daemon).isNotNull();
      assertThat(
              run(DEBIAN_PYTHON, agent.resolve("agent.py").toString(), socket() + " drive").lines())
          .containsExactly(
              "server information",
              "health",
              "apply",
              "list",
              "look",
              "observe",
              "refusal",
              "replace with the same",
              "replace and watch",
              "routes",
              "the endpoint's socket");
    }
  }

  @Test
  void shouldLetInOnlyUsersThatAreAllowed() throws Exception {
    try (Daemon daemon = daemon(GUEST)) {
      assertThat(daemon).isNotNull();
      assertThat(knockAs(GUEST)).isEqualTo("let in by " + ProcessHandle.current().pid() + "\n");
      assertThat(knockAs(STRANGER)).isEqualTo("kept out: UNAVAILABLE\n");
    }
  }

  @Test
  void shouldKeepOutOthersByTheSocketsModeByDefault() throws Exception {
    try (Daemon daemon = daemon()) {
      assertThat(daemon).isNotNull();
      assertThat(knockAs(GUEST)).isEqualTo("kept out: UNAVAILABLE\n");
    }
  }
}
