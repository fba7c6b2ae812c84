package dev.heddle.ffi.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Counts this process's open descriptors of the kinds that we create, to find those that nobody
 * closed. Others come and go: the JVM opens its archives when it loads a class.
 */
final class OpenDescriptors {
  private OpenDescriptors() {}

  static int count() {
    int ours = 0;
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        ours += isOurs(descriptor) ? 1 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ours;
  }

  private static boolean isOurs(Path descriptor) throws IOException {
    try {
      String file = Files.readSymbolicLink(descriptor).toString();
      return file.startsWith("socket:")
          || file.startsWith("/memfd:")
          || file.startsWith("anon_inode:")
          || file.startsWith("net:")
          || file.equals("/dev/net/tun");
    } catch (NoSuchFileException e) {
      return false; // the one that read the directory
    }
  }
}
