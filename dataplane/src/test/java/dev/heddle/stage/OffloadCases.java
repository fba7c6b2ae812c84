package dev.heddle.stage;

import dev.heddle.packet.Offload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What src/test/scapy/offload_cases.py wrote: packets as a kernel leaves them, and segments. */
final class OffloadCases {
  record Case(String name, long offload, byte[] frame, List<byte[]> segments) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final HexFormat HEX = HexFormat.of();

  private OffloadCases() {}

  static List<Case> all() {
    try (InputStream in = OffloadCases.class.getResourceAsStream("offload-cases.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return text.lines().filter(line -> !line.startsWith("#")).map(OffloadCases::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case read(String line) {
    String[] parts = Stream.of(line.split("\\|")).map(String::strip).toArray(String[]::new);
    int[] fields = Stream.of(parts).skip(1).limit(5).mapToInt(Integer::parseInt).toArray();
    return new Case(
        parts[0],
        Offload.of(fields[0], fields[1], fields[2], fields[3], fields[4]),
        HEX.parseHex(parts[6]),
        Stream.of(parts[7].split(", ")).map(HEX::parseHex).toList());
  }
}
