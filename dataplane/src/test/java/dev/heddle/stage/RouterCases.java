package dev.heddle.stage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** The golden cases that {@code src/test/scapy/router_cases.py} writes. */
public final class RouterCases {
  /** A case; {@code reply} is empty where none is expected. */
  public record Case(String name, String call, byte[] frame, String fate, byte[] reply) {
    public boolean isIpMode() {
      return call.equals(IP_MODE);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final String IP_MODE = "inspect-ip";
  private static final String ETHERNET_ROOM = "ee".repeat(14);

  private RouterCases() {}

  public static List<Case> all() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                RouterCases.class.getResourceAsStream("router-cases.txt"),
                StandardCharsets.US_ASCII))) {
      return in.lines().filter(line -> !line.startsWith("#")).map(RouterCases::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case parse(String line) {
    String[] fields = line.split(" \\| ");
    // In IP mode the packet stands where it would behind an Ethernet header.
    String room = fields[1].equals(IP_MODE) ? ETHERNET_ROOM : "";
    return new Case(fields[0], fields[1], bytes(room + fields[2]), fields[3], bytes(fields[4]));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace("-", ""));
  }
}
