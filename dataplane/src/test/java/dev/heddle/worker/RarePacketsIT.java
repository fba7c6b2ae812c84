package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rare packets leave compiled code as it is. */
class RarePacketsIT {
  private static final String PACKET_PATH =
      "dev\\.heddle\\.(worker|stage|port|packet|flow|wire|memory|table\\.(policy|Lpm|NextHops|Tables|Trie\\b"
          + "|KeyTable|Neighbours|Tunnels|Underlay|Uplink)).*";

  /** Neither runs in a worker that nobody watches, nor is inlined into what does. */
  private static final String NOT_PACKET_PATH =
      ".*(Training|worker\\.(Explainer|DryRun)|stage\\.PolicyTrial).*";

  @TempDir private Path directory;

  @Test
  void shouldKeepCompiledCodeWhenRarePacketsComeAfterPlainOnes() throws Exception {
    Path recording = directory.resolve("deoptimisations.jfr");
    // This JVM has the daemon's options from the build.
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-X") || option.startsWith("--"))
            .toList());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(RarePacketsMain.class.getName(), recording.toString()));
    Process process = new ProcessBuilder(command).inheritIO().start();

    assertThat(process.waitFor()).isZero();

    assertThat(deoptimised(recording)).isEmpty();
  }

  private static List<String> deoptimised(Path recording) throws IOException {
    List<String> found = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(recording)) {
      RecordedMethod method = event.getValue("method");
      String name = method.getType().getName() + "." + method.getName();
      if (name.matches(PACKET_PATH) && !name.matches(NOT_PACKET_PATH)) {
        found.add(name + ":" + event.getInt("lineNumber") + " " + event.getString("reason"));
      }
    }
    return found;
  }
}
