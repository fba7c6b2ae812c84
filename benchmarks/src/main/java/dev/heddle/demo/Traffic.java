package dev.heddle.demo;

import dev.heddle.api.Addresses;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What pods send out of capture files, and what the files they write say has arrived. */
final class Traffic {
  private static final int SENT_TTL = 64;
  private static final int IPV4_PAYLOAD_OFFSET = Frames.ETHERNET_BYTES + 20 + 8;
  private static final int IPV6_PAYLOAD_OFFSET = Frames.ETHERNET_BYTES + 40 + 8;

  private final Path directory;
  private final List<Flow> flows;
  private final Map<String, Pod> pods = new HashMap<>();
  private final Map<String, List<byte[]>> arrived = new HashMap<>();

  /**
   * @param directory where the files are
   * @param pods those that have files
   */
  Traffic(Path directory, List<Pod> pods, List<Flow> flows) {
    this.directory = directory;
    this.flows = flows;
    pods.forEach(pod -> this.pods.put(pod.name(), pod));
  }

  /** The file that the pod sends. */
  Path toSend(Pod pod) {
    return directory.resolve(pod.name() + ".sends.pcap");
  }

  /** The file that the pod writes. */
  Path received(Pod pod) {
    return directory.resolve(pod.name() + ".received.pcap");
  }

  /** Writes the files that are sent. */
  void write() {
    for (Pod pod : pods.values()) {
      List<byte[]> frames = new ArrayList<>();
      for (Flow flow : flows) {
        if (flow.from().equals(pod.name())) {
          for (int number = 0; number < flow.packets(); number++) {
            frames.add(Frames.udp(pod.mac(), Topology.GATEWAY_MAC, flow, number, SENT_TTL));
          }
        }
      }
      CaptureFile.write(toSend(pod), frames);
    }
  }

  /** How many packets the pod sends. */
  int packetsFrom(Pod pod) {
    return flows.stream()
        .filter(flow -> flow.from().equals(pod.name()))
        .mapToInt(Flow::packets)
        .sum();
  }

  /** Reads the files that were written. */
  void read() {
    pods.values().forEach(pod -> arrived.put(pod.name(), CaptureFile.read(received(pod))));
  }

  /**
   * How many packets of the flow the pod it leads to got exactly as they must be: as many hops
   * older as they passed nodes, between the right Ethernet addresses, checksums right, every other
   * byte as it was sent.
   */
  int arrivedIntact(Flow flow) {
    Pod pod = pods.get(flow.arrivesAt());
    Map<ByteBuffer, Integer> frames = new HashMap<>();
    arrived.get(pod.name()).forEach(frame -> frames.merge(ByteBuffer.wrap(frame), 1, Integer::sum));
    int ttl = SENT_TTL - (pod.node().equals(pods.get(flow.from()).node()) ? 1 : 2);
    int intact = 0;
    for (int number = 0; number < flow.packets(); number++) {
      byte[] expected = Frames.udp(Topology.GATEWAY_MAC, pod.mac(), flow, number, ttl);
      intact += frames.getOrDefault(ByteBuffer.wrap(expected), 0) == 1 ? 1 : 0;
    }
    return intact;
  }

  /** The pods that got packets of the flow, and how many. */
  Map<String, Integer> receivers(Flow flow) {
    Map<String, Integer> receivers = new HashMap<>();
    arrived.forEach((pod, frames) ->
        frames.stream()
            .filter(frame -> belongsTo(flow, frame))
            .forEach(frame -> receivers.merge(pod, 1, Integer::sum)));
    return receivers;
  }

  /** How many packets the pod got that neither belong to a flow nor are the gateway's own. */
  long unexplained(Pod pod) {
    return arrived.get(pod.name()).stream()
        .filter(frame -> flows.stream().noneMatch(flow -> belongsTo(flow, frame)))
        .filter(frame -> !Frames.isIcmpFrom(frame, Topology.GATEWAY4))
        .filter(frame -> !Frames.isIcmpFrom(frame, Topology.GATEWAY6))
        .count();
  }

  /** Whether the frame is a packet of the flow. */
  static boolean belongsTo(Flow flow, byte[] frame) {
    boolean ipv4 = Addresses.parse(flow.source()).size() == Integer.BYTES;
    int offset = ipv4 ? IPV4_PAYLOAD_OFFSET : IPV6_PAYLOAD_OFFSET;
    byte[] label = Frames.label(flow).getBytes(StandardCharsets.US_ASCII);
    return frame.length >= offset + label.length
        && ByteBuffer.wrap(frame, offset, label.length).equals(ByteBuffer.wrap(label));
  }
}
