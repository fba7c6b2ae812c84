package dev.heddle.demo;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the demonstration sets up and sends.
 *
 * <pre>
 *            blue, VNI 56                          red, VNI 57
 *            172.19.0.0/16, fd00:19::/64           172.19.0.0/16, fd00:19::/64
 *   .10      blue-a   sends                        red-a   sends, with the same address
 *   .20      blue-b   10.56.0.0/16 leads to it     red-b   10.57.0.0/16 leads to it
 *   .30      nobody                                red-c
 *   .40 .41  blue-k, blue-l: kernels that ping     red-l (.41)
 * </pre>
 */
final class Topology {
  static final String BLUE = "blue";
  static final String RED = "red";
  static final String GATEWAY_MAC = "02:48:45:44:44:4c";
  static final String GATEWAY4 = "172.19.0.1";
  static final String GATEWAY6 = "fd00:19::1";

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
                  new Network.Route("10.56.0.0/16", "172.19.0.20"),
                  new Network.Route("10.66.0.0/16", null))),
          new Network(
              RED, 57, RANGE4, RANGE6, List.of(new Network.Route("10.57.0.0/16", "172.19.0.20"))));

  private static final List<Pod> CAPTURE_PODS =
      List.of(
          capturing("blue-a", BLUE, 10),
          capturing("blue-b", BLUE, 20),
          capturing("red-a", RED, 10),
          capturing("red-b", RED, 20),
          capturing("red-c", RED, 30));

  private static final List<Pod> KERNEL_PODS =
      List.of(kernel("blue-k", BLUE, 40), kernel("blue-l", BLUE, 41), kernel("red-l", RED, 41));

  /** Packets within one network, and the same ones in the other. */
  static final List<Flow> SAME_ADDRESSES =
      List.of(
          Flow.arriving("blue-a", "172.19.0.10", "172.19.0.20", 600, "blue-b"),
          Flow.arriving("red-a", "172.19.0.10", "172.19.0.20", 400, "red-b"),
          Flow.arriving("blue-a", "fd00:19::10", "fd00:19::20", 500, "blue-b"),
          Flow.arriving("red-a", "fd00:19::10", "fd00:19::20", 300, "red-b"));

  /** Packets that depend on the routes of each network. */
  static final List<Flow> ROUTES =
      List.of(
          Flow.arriving("blue-a", "172.19.0.10", "10.56.7.8", 70, "blue-b"),
          Flow.arriving("red-a", "172.19.0.10", "10.57.7.8", 80, "red-b"),
          Flow.dropped("blue-a", "172.19.0.10", "10.66.7.8", 30, "route-drop"));

  /** Packets towards what only the other network has, and packets with a lie in them. */
  static final List<Flow> CROSSING =
      List.of(
          Flow.dropped("blue-a", "172.19.0.10", "172.19.0.30", 90, "no-route"),
          Flow.dropped("blue-a", "fd00:19::10", "fd00:19::30", 60, "no-route"),
          Flow.dropped("blue-a", "172.19.0.10", "10.57.7.8", 50, "no-route"),
          Flow.dropped("red-a", "172.19.0.10", "10.56.7.8", 40, "no-route"),
          Flow.dropped("blue-a", "172.19.0.30", "172.19.0.20", 25, "spoofed-source"),
          Flow.dropped("blue-a", "fd00:19::30", "fd00:19::20", 35, "spoofed-source"));

  private Topology() {}

  /** All pods, or only those that take no root rights. */
  static List<Pod> pods(boolean withKernelPods) {
    return withKernelPods
        ? Stream.concat(CAPTURE_PODS.stream(), KERNEL_PODS.stream()).toList()
        : CAPTURE_PODS;
  }

  /** The pods that send from capture files. */
  static List<Pod> captures() {
    return CAPTURE_PODS;
  }

  static List<Flow> flows() {
    return Stream.of(SAME_ADDRESSES, ROUTES, CROSSING).flatMap(List::stream).toList();
  }

  private static Pod capturing(String name, String network, int host) {
    return pod(name, network, Pod.Kind.CAPTURE, host);
  }

  private static Pod kernel(String name, String network, int host) {
    return pod(name, network, Pod.Kind.KERNEL, host);
  }

  /** The host number is written into the addresses as it is read: .10, ::10 and :10. */
  private static Pod pod(String name, String network, Pod.Kind kind, int host) {
    String mac = (network.equals(BLUE) ? "02:00:00:00:56:" : "02:00:00:00:57:") + host;
    return new Pod(name, network, kind, mac, "172.19.0." + host, "fd00:19::" + host);
  }
}
