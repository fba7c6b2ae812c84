package dev.heddle.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bin/} and {@code make} say on machines where something is missing. */
class LaunchersIT {
  private static final String BIN = Project.ROOT.resolve("bin").toString();
  private static final String SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int NOT_FOUND = 127;
  private static final int NOBODY = 65534;

  @TempDir Path directory;

  private record Run(int status, String output) {}

  private final List<String> environment = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    // For other users, too.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.add("PATH=" + SYSTEM_PATH);
  }

  private Run run(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("env", "-i"));
    all.addAll(environment);
    all.addAll(List.of(command));
    Process process =
        new ProcessBuilder(all).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  private void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private void program(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"heddle", "heddled"})
  void shouldSayWhatIsNeededAndWhereItLookedWhenThereIsNoJdk(String program) throws Exception {
    environment.add("JAVA_HOME=/nowhere");
    Run run =
        run(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs none /usr/lib/jvm && exec " + BIN + "/" + program + " --help");
    assertThat(run)
        .isEqualTo(
            new Run(
                NOT_FOUND,
                """
                Heddle needs a JDK 25 or newer, and there is none in JAVA_HOME (/nowhere),
                in /usr/lib/jvm or on the PATH. Debian 12 itself has none: install Eclipse Temurin's package
                temurin-25-jdk, or unpack any JDK 25 and set JAVA_HOME to its directory.
                """));
  }

  @Test
  void shouldPassOverOldJdksWhenThereIsANewerOne() throws Exception {
    Path old = directory.resolve("jdk-17");
    program(old.resolve("bin/java"), "echo old; exit 1");
    program(old.resolve("bin/javac"), "exit 1");
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.9\"\n");
    environment.add("JAVA_HOME=" + old);
    environment.set(0, "PATH=" + currentJdk() + "/bin:" + SYSTEM_PATH);
    Run run = run(BIN + "/heddle", "version");
    assertThat(run.output()).contains(Version.current());
    assertThat(run.status()).isZero();
  }

  private static String currentJdk() {
    return System.getProperty("java.home");
  }

  @Test
  void shouldRunFromAnywhereWhenCalledThroughALink() throws Exception {
    environment.add("JAVA_HOME=" + currentJdk());
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of(BIN, "heddle"));
    Run run = run(link.toString(), "version");
    assertThat(run.output()).contains(Version.current());
    assertThat(run.status()).isZero();
  }

  @Test
  void shouldSayWhatToDoWhenNothingIsBuilt() throws Exception {
    copy(Project.ROOT.resolve("bin"), directory.resolve("bin"));
    copy(Project.ROOT.resolve("scripts"), directory.resolve("scripts"));
    Run run = run("bin/heddle", "stats");
    assertThat(run)
        .isEqualTo(
            new Run(
                NOT_FOUND,
                "heddle: Heddle is not built here: run make in " + directory.toRealPath() + "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "test", "demo", "bench"})
  void shouldNameMissingPackagesAndTheCommandWhenMakeIsNotRunByRoot(String target)
      throws Exception {
    copy(Project.ROOT.resolve("scripts"), directory.resolve("scripts"));
    Files.copy(Project.ROOT.resolve("Makefile"), directory.resolve("Makefile"));
    program(
        directory.resolve("bin/dpkg-query"),
        "case \"$4\" in maven) printf not-installed ;; *) printf installed ;; esac");
    environment.set(0, "PATH=" + directory.resolve("bin") + ":" + SYSTEM_PATH);
    Run run =
        run("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "make", target);
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.output())
        .startsWith(
            "make "
                + target
                + " needs Debian packages that are not installed: maven\n"
                + "Install them with: sudo apt-get install -y --no-install-recommends maven\n"
                + "make: *** ");
  }
}
