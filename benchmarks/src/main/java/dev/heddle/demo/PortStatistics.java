package dev.heddle.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What somebody counted at a port, in packets and bytes. */
record PortStatistics(
    long receivedPackets, long receivedBytes, long transmittedPackets, long transmittedBytes) {
  /** One port's block in the answer to {@code show port stats all}. */
  static final Pattern BLOCK =
      Pattern.compile(
          "NIC statistics for port (\\d+) .*?RX-packets: (\\d+) .*?RX-bytes: +(\\d+)"
              + ".*?TX-packets: (\\d+) .*?TX-bytes: +(\\d+).*?#{60}",
          Pattern.DOTALL);

  /** What was counted since that. */
  PortStatistics minus(PortStatistics earlier) {
    return new PortStatistics(
        receivedPackets - earlier.receivedPackets,
        receivedBytes - earlier.receivedBytes,
        transmittedPackets - earlier.transmittedPackets,
        transmittedBytes - earlier.transmittedBytes);
  }

  /** The same as the one at the other end of a cable must see it. */
  PortStatistics fromTheOtherEnd() {
    return new PortStatistics(transmittedPackets, transmittedBytes, receivedPackets, receivedBytes);
  }

  /** What testpmd's answer says of all its ports, by port number. */
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
