package dev.heddle.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What testpmd counted at one of its ports, in packets and bytes; it receives what we transmit. */
record PortStatistics(
    long receivedPackets, long receivedBytes, long transmittedPackets, long transmittedBytes) {
  /** One port's block in the answer to {@code show port stats all}. */
  static final Pattern BLOCK =
      Pattern.compile(
          "NIC statistics for port (\\d+) .*?RX-packets: (\\d+) .*?RX-bytes: +(\\d+)"
              + ".*?TX-packets: (\\d+) .*?TX-bytes: +(\\d+).*?#{60}",
          Pattern.DOTALL);

  /** The statistics of all ports, by port number. */
  static List<PortStatistics> parse(String answer) {
    List<PortStatistics> ports = new ArrayList<>();
    Matcher block = BLOCK.matcher(answer);
    while (block.find()) {
      ports.add(
          new PortStatistics(
              Long.parseLong(block.group(2)),
              Long.parseLong(block.group(3)),
              Long.parseLong(block.group(4)),
              Long.parseLong(block.group(5))));
    }
    return ports;
  }
}
