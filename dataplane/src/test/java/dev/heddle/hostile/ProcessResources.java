package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this process, daemon and pods together, holds of the kernel: descriptors and mappings of the
 * kinds that memif needs, exactly, and resident memory but for Java's heap, which grows as it
 * likes.
 *
 * @param descriptors sockets, memory files and event descriptors that are open
 * @param mappings memory files that are mapped
 * @param residentBytes resident memory outside of the heap
 */
record ProcessResources(long descriptors, long mappings, long residentBytes) {
  private static final Pattern RANGE = Pattern.compile("[0-9a-f]+-[0-9a-f]+ ");
  private static final String HEAP = "/memfd:java_heap";

  /** What compiled code and the like may need meanwhile. */
  private static final long SLACK_BYTES = 128L << 20;

  static ProcessResources now() {
    try {
      return new ProcessResources(countDescriptors(), countMappings(), readResidentBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until everything taken since is given back. */
  void awaitGivenBack() {
    Await.until(
        "descriptors and mappings are given back: " + this,
        () -> {
          ProcessResources now = now();
          return now.descriptors <= descriptors && now.mappings <= mappings;
        });
    assertMemoryFlat();
  }

  /** Checks that resident memory is no more than it was, but for what Java itself may need. */
  void assertMemoryFlat() {
    assertThat(now().residentBytes).isLessThan(residentBytes + SLACK_BYTES);
  }

  private static long countDescriptors() throws IOException {
    long count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : all) {
        count += isMemifs(descriptor) ? 1 : 0;
      }
    }
    return count;
  }

  private static boolean isMemifs(Path descriptor) throws IOException {
    try {
      String file = Files.readSymbolicLink(descriptor).toString();
      return file.startsWith("socket:")
          || file.startsWith("/memfd:")
          || file.startsWith("anon_inode:[event");
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static long countMappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains("/memfd:") && !line.contains(HEAP)).count();
    }
  }

  /** Sums up proc(5)'s smaps, where each mapping has a line of its range and then one "Rss:". */
  private static long readResidentBytes() throws IOException {
    long kilobytes = 0;
    boolean isHeap = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (RANGE.matcher(line).lookingAt()) {
        isHeap = line.contains(HEAP);
      } else if (line.startsWith("Rss:") && !isHeap) {
        kilobytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return kilobytes << 10;
  }
}
