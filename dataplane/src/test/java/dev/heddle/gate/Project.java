package dev.heddle.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checked-out project that the gates read. */
final class Project {
  /** Its top directory: the nearest one upwards that has all modules below it. */
  static final Path ROOT = root();

  private Project() {}

  /** All files below the root whose name ends so, except what the build made. */
  static List<Path> files(String suffix) {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(path -> path.toString().endsWith(suffix))
          .filter(path -> !isMade(ROOT.relativize(path)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isMade(Path relative) {
    for (Path name : relative) {
      if (name.toString().equals("target") || name.toString().equals(".git")) {
        return true;
      }
    }
    return relative.toString().contains("src/generated");
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve("agent-api"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
