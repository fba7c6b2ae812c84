package dev.heddle.underlay;

import dev.heddle.ffi.linux.NetworkNamespace;
import dev.heddle.underlay.KernelTunnelIT.Underlay;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A pod and another node, both of them kernels in network namespaces of their own, and between them
 * a namespace with the other ends of their interfaces, which DPDK drives. The node has a vxlan
 * device.
 */
final class KernelPair {
  static final String POD_DEVICE = "pod-d";
  static final String UPLINK_DEVICE = "up-d";
  static final int VNI = 4242;

  /** First byte lowest. */
  static final long NODE_MAC = 0x9900_0000_0002L;

  static final long POD_MAC = 0x0a00_0000_0002L;
  private static final String ROUTER = "02:48:45:44:44:4c";
  private static final String NODE_DEVICE = "vx0";

  private final String prefix = "heddle-vx-" + ProcessHandle.current().pid();
  private final String devices = prefix + "-d";
  private final String pod = prefix + "-p";
  private final String node = prefix + "-n";

  KernelPair(Underlay underlay) throws Exception {
    for (String namespace : List.of(devices, pod, node)) {
      KernelHost.run("ip", "netns", "add", namespace);
    }
    pair(pod, "pod0", "02:00:00:00:00:0a", POD_DEVICE);
    pair(node, "up0", "02:00:00:00:02:02", UPLINK_DEVICE);
    ip(node, "address", "add", "192.0.2.2/24", "dev", "up0");
    ip(node, "address", "add", "2001:db8::2/64", "dev", "up0", "nodad");
    addTunnel(underlay);
    addInner(pod, "pod0", "10.1.0.10", "fd00:1::10", underlay);
    addInner(node, NODE_DEVICE, "10.2.0.20", "fd00:2::20", underlay);
    for (String address : List.of("10.1.0.10", "fd00:1::10")) {
      ip(node, "neigh", "add", address, "lladdr", ROUTER, "dev", NODE_DEVICE, "nud", "permanent");
    }
  }

  /** Nothing is left to hardware that is not there: checksums, segments. */
  private void pair(String namespace, String name, String mac, String peer) throws Exception {
    List<String> link = List.of("link", "add", name, "address", mac, "type", "veth");
    List<String> command = new ArrayList<>(link);
    command.addAll(List.of("peer", "name", peer, "netns", devices));
    ip(namespace, command.toArray(String[]::new));
    KernelHost.sysctl(devices, "net.ipv6.conf." + peer + ".disable_ipv6=1");
    withoutOffloads(devices, peer);
    withoutOffloads(namespace, name);
    ip(devices, "link", "set", peer, "up");
    ip(namespace, "link", "set", "lo", "up");
    ip(namespace, "link", "set", name, "up");
  }

  private static void withoutOffloads(String namespace, String device) throws Exception {
    KernelHost.run(
        "ip", "netns", "exec", namespace, "ethtool", "-K", device, "tx", "off", "tso", "off", "gso",
        "off", "gro", "off");
  }

  private void addTunnel(Underlay underlay) throws Exception {
    List<String> command = new ArrayList<>(List.of("link", "add", NODE_DEVICE));
    command.addAll(List.of("address", "02:00:00:00:00:99", "type", "vxlan", "id", "" + VNI));
    boolean ipv6 = underlay.ipv6();
    command.addAll(List.of("local", ipv6 ? "2001:db8::2" : "192.0.2.2"));
    command.addAll(List.of("remote", ipv6 ? "2001:db8::1" : "192.0.2.1"));
    command.addAll(List.of("dstport", "4789", "nolearning", "dev", "up0"));
    command.addAll(underlay.checksumOptions());
    ip(node, command.toArray(String[]::new));
    withoutOffloads(node, NODE_DEVICE);
    ip(node, "link", "set", NODE_DEVICE, "up");
  }

  private static void addInner(
      String namespace, String device, String address4, String address6, Underlay underlay)
      throws Exception {
    ip(namespace, "link", "set", device, "mtu", "" + underlay.pathMtuBytes());
    ip(namespace, "address", "add", address4 + "/8", "dev", device);
    ip(namespace, "address", "add", address6 + "/16", "dev", device, "nodad");
  }

  /** Sends echo requests, not to be fragmented, which must all be answered. */
  static void ping(String namespace, String destination, int count, int bytes) throws Exception {
    KernelHost.run(
        "ip",
        "netns",
        "exec",
        namespace,
        "ping",
        "-c",
        "" + count,
        "-i",
        "0.01",
        "-W",
        "30",
        "-M",
        "do",
        "-s",
        "" + bytes,
        "-q",
        destination);
  }

  String pod() {
    return pod;
  }

  String node() {
    return node;
  }

  /** Does something among the devices for DPDK. */
  <T> T amongDevices(Callable<T> action) {
    return in(devices, action);
  }

  static <T> T in(String namespace, Callable<T> action) {
    return NetworkNamespace.call(
        Path.of("/run/netns", namespace),
        () -> {
          try {
            return action.call();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void ip(String namespace, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
    command.addAll(List.of(arguments));
    KernelHost.run(command.toArray(String[]::new));
  }

  /** Removes all namespaces with everything in them. */
  void remove() throws Exception {
    for (String namespace : List.of(node, pod, devices)) {
      KernelHost.run("ip", "netns", "delete", namespace);
    }
  }
}
