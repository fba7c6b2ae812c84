package dev.heddle.demo;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the demonstration sets up and sends.
 *
 * <pre>
 *                blue, VNI 56                          red, VNI 57
 *                172.19.0.0/16, fd00:19::/64           172.19.0.0/16, fd00:19::/64
 *   node1
 *     .10        blue-a   sends                        red-a   sends, with the same address
 *     .20        blue-b   10.56.0.0/16 leads to it     red-b   10.57.0.0/16 leads to it
 *     .30        nobody                                red-c
 *     .40 .41    blue-k, blue-l: kernels that ping     red-l (.41)
 *     .60        blue-n: an interface of Heddle's      red-n
 *     .61        blue-o                                nobody
 *   node2
 *     .50        blue-d   10.58.0.0/16 leads to it     red-d   with the same address
 *     .51        nobody, yet node1 thinks so           red-e
 *     .52        blue-m: a kernel that pings           nobody
 *     .62        blue-p: an interface of Heddle's      red-p
 * </pre>
 */
final class Topology {
  static final String BLUE = "blue";
  static final String RED = "red";
  static final String GATEWAY_MAC = "02:48:45:44:44:4c";
  static final String GATEWAY4 = "172.19.0.1";
  static final String GATEWAY6 = "fd00:19::1";

  /** What an Ethernet underlay of 1500 bytes leaves to the networks: VXLAN takes 50. */
  static final int MTU = 1450;

  static final Node NODE1 = new Node("node1", "192.0.2.1");
  static final Node NODE2 = new Node("node2", "192.0.2.2");
  static final List<Node> NODES = List.of(NODE1, NODE2);

  private static final String RANGE4 = "172.19.0.0/16";
  private static final String RANGE6 = "fd00:19::/64";

  static final List<Network> NETWORKS =
      List.of(
          new Network(
              BLUE,
              56,
              RANGE4,
              RANGE6,
              List.of(
                  Network.Route.via("10.56.0.0/16", "172.19.0.20"),
                  Network.Route.via("10.58.0.0/16", "172.19.0.50"),
                  Network.Route.drop("10.66.0.0/16"),
                  Network.Route.onNode("172.19.0.51/32", NODE2))),
          new Network(
              RED, 57, RANGE4, RANGE6, List.of(Network.Route.via("10.57.0.0/16", "172.19.0.20"))));

  private static final List<Pod> CAPTURE_PODS =
      List.of(
          capturing("blue-a", NODE1, BLUE, 10),
          capturing("blue-b", NODE1, BLUE, 20),
          capturing("blue-d", NODE2, BLUE, 50),
          capturing("red-a", NODE1, RED, 10),
          capturing("red-b", NODE1, RED, 20),
          capturing("red-c", NODE1, RED, 30),
          capturing("red-d", NODE2, RED, 50),
          capturing("red-e", NODE2, RED, 51));

  private static final List<Pod> KERNEL_PODS =
      List.of(
          kernel("blue-k", NODE1, BLUE, 40),
          kernel("blue-l", NODE1, BLUE, 41),
          kernel("red-l", NODE1, RED, 41),
          kernel("blue-m", NODE2, BLUE, 52));

  private static final List<Pod> INTERFACE_PODS =
      List.of(
          ordinary("blue-n", NODE1, BLUE, 60),
          ordinary("blue-o", NODE1, BLUE, 61),
          ordinary("blue-p", NODE2, BLUE, 62),
          ordinary("red-n", NODE1, RED, 60),
          ordinary("red-p", NODE2, RED, 62));

  /** Packets within one network, and the same ones in the other. */
  static final List<Flow> SAME_ADDRESSES =
      List.of(
          Flow.arriving("blue-a", "172.19.0.10", "172.19.0.20", 600, "blue-b"),
          Flow.arriving("red-a", "172.19.0.10", "172.19.0.20", 400, "red-b"),
          Flow.arriving("blue-a", "fd00:19::10", "fd00:19::20", 500, "blue-b"),
          Flow.arriving("red-a", "fd00:19::10", "fd00:19::20", 300, "red-b"));

  /** The same between two nodes, there and back. */
  static final List<Flow> ACROSS =
      List.of(
          Flow.arriving("blue-a", "172.19.0.10", "172.19.0.50", 210, "blue-d"),
          Flow.arriving("red-a", "172.19.0.10", "172.19.0.50", 150, "red-d"),
          Flow.arriving("blue-a", "fd00:19::10", "fd00:19::50", 160, "blue-d"),
          Flow.arriving("red-a", "fd00:19::10", "fd00:19::50", 120, "red-d"),
          Flow.arriving("blue-d", "172.19.0.50", "172.19.0.10", 320, "blue-a"),
          Flow.arriving("red-d", "172.19.0.50", "172.19.0.10", 220, "red-a"),
          Flow.arriving("blue-d", "fd00:19::50", "fd00:19::10", 270, "blue-a"),
          Flow.arriving("red-d", "fd00:19::50", "fd00:19::10", 170, "red-a"));

  /** Packets that depend on the routes of each network. */
  static final List<Flow> ROUTES =
      List.of(
          Flow.arriving("blue-a", "172.19.0.10", "10.56.7.8", 70, "blue-b"),
          Flow.arriving("red-a", "172.19.0.10", "10.57.7.8", 80, "red-b"),
          Flow.arriving("blue-a", "172.19.0.10", "10.58.7.8", 75, "blue-d"),
          Flow.dropped("blue-a", "172.19.0.10", "10.66.7.8", 30, "route-drop"));

  /** Packets towards what only the other network has, and packets with a lie in them. */
  static final List<Flow> CROSSING =
      List.of(
          Flow.dropped("blue-a", "172.19.0.10", "172.19.0.30", 90, "no-route"),
          Flow.dropped("blue-a", "fd00:19::10", "fd00:19::30", 60, "no-route"),
          Flow.dropped("blue-a", "172.19.0.10", "10.57.7.8", 50, "no-route"),
          Flow.dropped("red-a", "172.19.0.10", "10.56.7.8", 40, "no-route"),
          Flow.droppedBeyond("blue-a", "172.19.0.10", "172.19.0.51", 65, "no-route"),
          Flow.dropped("blue-a", "172.19.0.30", "172.19.0.20", 25, "spoofed-source"),
          Flow.dropped("blue-a", "fd00:19::30", "fd00:19::20", 35, "spoofed-source"));

  private Topology() {}

  /** All pods, or only those that take no root rights. */
  static List<Pod> pods(boolean withKernelPods) {
    return withKernelPods
        ? Stream.of(CAPTURE_PODS, KERNEL_PODS, INTERFACE_PODS).flatMap(List::stream).toList()
        : CAPTURE_PODS;
  }

  /** The pods that send from capture files. */
  static List<Pod> captures() {
    return CAPTURE_PODS;
  }

  static List<Flow> flows() {
    return Stream.of(SAME_ADDRESSES, ACROSS, ROUTES, CROSSING).flatMap(List::stream).toList();
  }

  /** The flows that pass the underlay: those that end on another node than they begin on. */
  static List<Flow> tunnelled() {
    return flows().stream()
        .filter(flow ->
            flow.droppedBeyond()
                || flow.arrives() && !pod(flow.from()).node().equals(pod(flow.arrivesAt()).node()))
        .toList();
  }

  /** The pod of this name that sends from a capture file. */
  static Pod pod(String name) {
    return CAPTURE_PODS.stream().filter(pod -> pod.name().equals(name)).findFirst().orElseThrow();
  }

  static Network network(String name) {
    return NETWORKS.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  /** The other one of the two nodes. */
  static Node other(Node node) {
    return node.equals(NODE1) ? NODE2 : NODE1;
  }

  private static Pod capturing(String name, Node node, String network, int host) {
    return pod(name, node, network, Pod.Kind.CAPTURE, host);
  }

  private static Pod kernel(String name, Node node, String network, int host) {
    return pod(name, node, network, Pod.Kind.KERNEL, host);
  }

  private static Pod ordinary(String name, Node node, String network, int host) {
    return pod(name, node, network, Pod.Kind.INTERFACE, host);
  }

  /** The host number is written into the addresses as it is read: .10, ::10 and :10. */
  private static Pod pod(String name, Node node, String network, Pod.Kind kind, int host) {
    String mac = (network.equals(BLUE) ? "02:00:00:00:56:" : "02:00:00:00:57:") + host;
    return new Pod(name, node, network, kind, mac, "172.19.0." + host, "fd00:19::" + host);
  }
}
