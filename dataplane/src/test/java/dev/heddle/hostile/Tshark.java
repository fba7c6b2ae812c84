package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What Wireshark's reader finds in a capture file. */
final class Tshark {
  private static final String SEPARATOR = "\t";

  private Tshark() {}

  /** The fields of each packet in the file. */
  static List<List<String>> read(Path file, String... fields) {
    List<String> command =
        new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-T", "fields"));
    for (String field : fields) {
      command.addAll(List.of("-e", field));
    }
    return run(command).stream().map(line -> List.of(line.split(SEPARATOR, -1))).toList();
  }

  /** One field of each packet. */
  static List<String> column(Path file, String field) {
    return read(file, field).stream().map(List::getFirst).toList();
  }

  /** What capinfos says of a file as a whole, a line each. */
  static List<String> info(Path file) {
    return run(List.of("capinfos", file.toString()));
  }

  private static List<String> run(List<String> command) {
    try {
      // What it has to say besides is that root runs it.
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      List<String> lines = process.inputReader().lines().toList();
      assertThat(process.waitFor()).as("%s: %s", command, lines).isZero();
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
