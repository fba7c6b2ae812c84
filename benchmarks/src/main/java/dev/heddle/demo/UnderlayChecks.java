package dev.heddle.demo;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds what was captured between the nodes against what had to pass there. */
final class UnderlayChecks {
  private static final int ETHERTYPE_ARP = 0x0806;
  private static final int ETHERTYPE_OFFSET = 12;
  private static final int VNI_FLAG = 0x08;
  private static final String VNI_WORD = " vni ";

  private final Report report;
  private final List<byte[]> frames;
  private final List<TunnelPacket> packets;
  private final List<String> words;

  /**
   * @param captures of what arrived at each node, which end with this
   */
  UnderlayChecks(Report report, List<Capture> captures) {
    this.report = report;
    frames = captures.stream().map(Capture::stop).flatMap(List::stream).toList();
    words = captures.stream().map(Capture::words).flatMap(List::stream).toList();
    packets = frames.stream().map(TunnelPacket::of).flatMap(Optional::stream).toList();
  }

  /** That every flow between nodes passed under its network's VNI, and nothing else passed. */
  void run() {
    report.heading("The underlay, as tcpdump saw it arrive at the nodes");
    for (Network network : Topology.NETWORKS) {
      for (Node node : Topology.NODES) {
        identifiers(network, node);
      }
      example(network.vni());
    }
    long foreign = frames.stream().filter(this::isForeign).count();
    report.check(
        foreign == 0,
        "%d frames in all, %d of them neither VXLAN between the nodes with one of their VNIs nor ARP"
            .formatted(frames.size(), foreign));
  }

  private void identifiers(Network network, Node node) {
    List<Flow> flows = new ArrayList<>();
    for (Flow flow : Topology.tunnelled()) {
      Pod sender = Topology.pod(flow.from());
      if (sender.network().equals(network.name()) && sender.node().equals(node)) {
        flows.add(flow);
      }
    }
    int expected = flows.stream().mapToInt(Flow::packets).sum();
    List<TunnelPacket> seen =
        packets.stream()
            .filter(
                packet -> flows.stream().anyMatch(flow -> Traffic.belongsTo(flow, packet.inner())))
            .toList();
    Node other = Topology.other(node);
    long right =
        seen.stream()
            .filter(packet -> packet.vni() == network.vni() && isWellMade(packet))
            .filter(packet -> isBetween(packet, node, other))
            .count();
    report.check(
        right == expected && seen.size() == expected,
        "%s -> %s, VNI %d: %d packets of %s's flows, expected %d; %d not as they must be"
            .formatted(
                node.vtep(),
                other.vtep(),
                network.vni(),
                right,
                network.name(),
                expected,
                seen.size() - right));
  }

  /** Shows one packet with that identifier in tcpdump's words: the outer one, the inner one. */
  private void example(int vni) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).endsWith(VNI_WORD + vni)) {
        report.line("for example: " + words.get(i));
        report.line("             " + words.get(i + 1));
        return;
      }
    }
  }

  private boolean isForeign(byte[] frame) {
    int type =
        frame.length < Frames.ETHERNET_BYTES
            ? 0
            : ByteBuffer.wrap(frame).getShort(ETHERTYPE_OFFSET) & 0xffff;
    return type != ETHERTYPE_ARP && TunnelPacket.of(frame).filter(this::isOurs).isEmpty();
  }

  private boolean isOurs(TunnelPacket packet) {
    return isWellMade(packet)
        && Topology.NETWORKS.stream().anyMatch(network -> network.vni() == packet.vni())
        && Topology.NODES.stream().anyMatch(node -> isBetween(packet, node, Topology.other(node)));
  }

  private static boolean isWellMade(TunnelPacket packet) {
    return packet.flags() == VNI_FLAG && packet.checksumsRight() && packet.dontFragment();
  }

  private static boolean isBetween(TunnelPacket packet, Node from, Node to) {
    return packet.source().equals(from.vtep()) && packet.destination().equals(to.vtep());
  }
}
