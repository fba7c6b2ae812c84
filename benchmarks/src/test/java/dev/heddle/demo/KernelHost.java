package dev.heddle.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * The foreign node: a kernel with its own vxlan device, and a pod's addresses on that. It is set up
 * as an agent would do it on a host without Heddle.
 */
final class KernelHost {
  static final String ADDRESS4 = "192.0.2.2";
  static final String ADDRESS6 = "2001:db8::2";

  /** What stands behind it. */
  static final String POD4 = "172.19.0.70";

  static final String POD6 = "fd00:19::70";

  /** Where it takes tunnelled frames. */
  static final String ROUTER_MAC = "02:00:00:00:00:70";

  private static final String TUNNEL = "vxlan0";

  private final Namespace namespace;

  KernelHost(Namespace namespace) {
    this.namespace = namespace;
  }

  Namespace namespace() {
    return namespace;
  }

  /**
   * Gives the underlay's interface its addresses. Between the ends of a veth pair packets travel
   * with checksums unfinished and segments uncut, as if one kernel were still handling them; an end
   * in other hands must be told so.
   */
  void join() {
    namespace.require("ethtool", "-K", Underlay.DEVICE, "tx", "off", "tso", "off", "gso", "off");
    address();
  }

  /** The addresses; those of IPv6 vanish when the interface goes down. */
  private void address() {
    namespace.require("ip", "address", "replace", ADDRESS4 + "/24", "dev", Underlay.DEVICE);
    namespace.require(
        "ip", "address", "replace", ADDRESS6 + "/64", "dev", Underlay.DEVICE, "nodad");
  }

  void up() {
    namespace.require("ip", "link", "set", Underlay.DEVICE, "up");
    address();
  }

  void down() {
    namespace.require("ip", "link", "set", Underlay.DEVICE, "down");
  }

  /**
   * Makes the tunnel to Heddle, in place of an earlier one.
   *
   * @param vni VXLAN network identifier
   * @param local its own end
   * @param remote Heddle's end
   * @param mtu of the tunnel device, in bytes
   * @param options of the vxlan device, see ip-link(8)
   */
  void tunnel(int vni, String local, String remote, int mtu, List<String> options) {
    removeTunnel();
    List<String> command =
        new ArrayList<>(List.of("ip", "link", "add", TUNNEL, "address", ROUTER_MAC));
    command.addAll(List.of("mtu", "" + mtu, "type", "vxlan", "id", "" + vni, "dstport", "4789"));
    command.addAll(List.of("local", local, "remote", remote, "dev", Underlay.DEVICE));
    command.addAll(options);
    namespace.require(command.toArray(String[]::new));
    namespace.require("ip", "link", "set", TUNNEL, "addrgenmode", "none");
    namespace.require("ip", "link", "set", TUNNEL, "up");
    route(POD4, "/32", Topology.GATEWAY4, "172.19.0.0/16");
    route(POD6, "/128", Topology.GATEWAY6, "fd00:19::/64");
  }

  void removeTunnel() {
    namespace.run("ip", "link", "delete", TUNNEL);
  }

  /** Gives the underlay's interface one more address, or one that it has. */
  void addUnderlayAddress(String address) {
    namespace.require("ip", "address", "replace", address + "/24", "dev", Underlay.DEVICE);
  }

  /** Gives the tunnel's end one more address, or one that it has. */
  void addPodAddress(String address) {
    namespace.require("ip", "address", "replace", address + "/32", "dev", TUNNEL);
  }

  private void route(String pod, String length, String gateway, String range) {
    namespace.require("ip", "address", "add", pod + length, "dev", TUNNEL, "nodad");
    namespace.require(
        "ip",
        "neighbour",
        "replace",
        gateway,
        "lladdr",
        Topology.GATEWAY_MAC,
        "dev",
        TUNNEL,
        "nud",
        "permanent");
    namespace.require(
        "ip", "route", "replace", range, "via", gateway, "dev", TUNNEL, "onlink", "src", pod);
  }
}
