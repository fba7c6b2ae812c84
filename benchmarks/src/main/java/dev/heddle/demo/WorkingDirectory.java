package dev.heddle.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that is removed in the end with all that is in it. */
record WorkingDirectory(Path path) implements AutoCloseable {
  /** Makes one whose name begins with this process's id. */
  static WorkingDirectory create() {
    try {
      return new WorkingDirectory(Files.createTempDirectory(prefix(ProcessHandle.current().pid())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the names of a process's directories begin with. */
  static String prefix(long pid) {
    return "heddle-demo-" + pid + "-";
  }

  @Override
  public void close() throws IOException {
    List<Path> contents;
    try (Stream<Path> walk = Files.walk(path)) {
      contents = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : contents) {
      Files.deleteIfExists(each);
    }
  }
}
