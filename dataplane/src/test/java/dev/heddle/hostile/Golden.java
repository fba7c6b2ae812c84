package dev.heddle.hostile;

import dev.heddle.port.dpdk.PcapFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A directory that {@code src/test/scapy/golden_cases.py} writes.
 *
 * @param name of the directory
 * @param port what the frames come in at
 * @param frames in their order
 * @param outputs frames that must come out, by port
 * @param counters what must move by how much, by port and column; all others must not
 * @param titles of the frames
 */
record Golden(
    String name,
    String port,
    List<byte[]> frames,
    Map<String, List<byte[]>> outputs,
    Map<String, Long> counters,
    List<String> titles) {
  private static final Path ROOT = root();
  private static final int TITLES_AFTER_LINES = 2;

  private static Path root() {
    try {
      return Path.of(Golden.class.getResource("/dev/heddle/golden").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Golden> all() {
    try (Stream<Path> directories = Files.list(ROOT)) {
      return directories.filter(Files::isDirectory).sorted().map(Golden::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the nodes on the underlay answer when they are asked by ARP, and by solicitation. */
  static List<byte[]> neighbours() {
    try {
      return PcapFile.read(ROOT.resolve("neighbours.pcap"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Golden read(Path directory) {
    try {
      Map<String, List<byte[]>> captures = captures(directory);
      String in =
          captures.keySet().stream().filter(key -> key.startsWith("in-")).findFirst().orElseThrow();
      Map<String, List<byte[]>> outputs = new HashMap<>();
      for (String port : GoldenScene.PORTS) {
        outputs.put(port, captures.getOrDefault("out-" + port, List.of()));
      }
      List<String> packets = Files.readAllLines(directory.resolve("packets.txt"));
      return new Golden(
          directory.getFileName().toString(),
          in.substring("in-".length()),
          captures.get(in),
          outputs,
          counters(Files.readAllLines(directory.resolve("counters.txt"))),
          packets.subList(TITLES_AFTER_LINES, packets.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, List<byte[]>> captures(Path directory) throws IOException {
    Map<String, List<byte[]>> captures = new HashMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".pcap")).toList()) {
        captures.put(file.getFileName().toString().replace(".pcap", ""), PcapFile.read(file));
      }
    }
    return captures;
  }

  private static Map<String, Long> counters(List<String> lines) {
    Map<String, Long> counters = new TreeMap<>();
    for (String line : lines) {
      int end = line.lastIndexOf(' ');
      counters.put(line.substring(0, end), Long.valueOf(line.substring(end + 1)));
    }
    return counters;
  }

  @Override
  public String toString() {
    return name;
  }
}
