package dev.heddle.compile;

import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Node;
import dev.heddle.model.UnderlayAddress;
import dev.heddle.table.KeyTable;
import dev.heddle.table.Outside;
import dev.heddle.table.Tunnels;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** An uplink, where workers know it, and its tunnels or ways to gateways outside. */
final class UplinkState {
  final int interfaceIndex;
  dev.heddle.model.Uplink uplink;

  /** Its Ethernet address in use, the first byte on the wire lowest. */
  long mac;

  /** Tunnel index by node name. */
  Map<String, Integer> tunnels = new HashMap<>();

  /** The same of gateways outside, by address. */
  Map<IpAddress, Integer> ways = new HashMap<>();

  /** Index of the network whose outside it leads to, as compiled last. */
  private int outsideVrf;

  /** VRF index by VNI, as compiled last. */
  KeyTable vrfs = KeyTable.EMPTY;

  /** Node index by VTEP address, as compiled last. */
  private KeyTable nodes = KeyTable.EMPTY;

  /** Neighbour index by address, as compiled last. */
  private KeyTable neighbours = KeyTable.EMPTY;

  UplinkState(int interfaceIndex, dev.heddle.model.Uplink uplink) {
    this.interfaceIndex = interfaceIndex;
    this.uplink = uplink;
  }

  void compileVrfs(Map<String, VrfState> byName) {
    if (uplink.leadsOutside()) {
      outsideVrf = byName.get(uplink.network()).index;
      return;
    }
    Collection<VrfState> all = byName.values();
    KeyTable.Builder table = new KeyTable.Builder(all.size());
    for (VrfState vrf : all) {
      if (vrf.network.physicalNetwork().equals(uplink.name())) {
        table.put(vrf.network.vni(), vrf.index);
      }
    }
    vrfs = table.build();
  }

  /** Any address of a node on this physical network may be a tunnel's source. */
  void compileNodes(Collection<NodeState> all) {
    if (uplink.leadsOutside()) {
      return;
    }
    KeyTable.Builder table = new KeyTable.Builder(2 * all.size());
    for (NodeState state : all) {
      for (boolean ipv6 : new boolean[] {false, true}) {
        IpAddress address = state.node.vtep(uplink.name(), ipv6);
        if (address != null) {
          put(table, address, state.index);
        }
      }
    }
    nodes = table.build();
  }

  void compileNeighbours(Map<IpAddress, Integer> all) {
    KeyTable.Builder table = new KeyTable.Builder(all.size());
    all.forEach((address, index) -> put(table, address, index));
    neighbours = table.build();
  }

  private static void put(KeyTable.Builder table, IpAddress address, int number) {
    if (address.ipv6()) {
      table.put(address.high(), address.low(), number);
    } else {
      table.putAddress4(address.asInt(), number);
    }
  }

  /** Who gets the frames of a tunnel. */
  IpAddress nextHop(IpAddress tunnelEnd) {
    return uplink.address(tunnelEnd.ipv6()).nextHop(tunnelEnd);
  }

  CompiledTunnel tunnelTo(Node node, int index) {
    IpAddress end = node.tunnelEnd(uplink);
    return new CompiledTunnel(
        uplink.name(),
        node.name(),
        interfaceIndex,
        index,
        nextHop(end),
        uplink.pathMtuBytes(end.ipv6()));
  }

  /** Writes the tunnel that ends at a node's address. */
  void write(long[] words, int tunnel, int neighbour, Node node, IpAddress tunnelEnd) {
    IpAddress own = uplink.address(tunnelEnd.ipv6()).address();
    if (tunnelEnd.ipv6()) {
      Tunnels.write6(
          words,
          tunnel,
          neighbour,
          mac,
          own.high(),
          own.low(),
          tunnelEnd.high(),
          tunnelEnd.low(),
          !node.acceptsZeroUdp6Checksum());
    } else {
      Tunnels.write4(words, tunnel, neighbour, mac, own.asInt(), tunnelEnd.asInt());
    }
  }

  /** What workers know of it. */
  dev.heddle.table.Uplink compile() {
    IpAddress own4 = own(uplink.ipv4());
    IpAddress own6 = own(uplink.ipv6());
    return new dev.heddle.table.Uplink(
        interfaceIndex,
        mac,
        own4 == null ? 0 : own4.asInt(),
        own6 == null ? 0 : own6.high(),
        own6 == null ? 0 : own6.low(),
        uplink.mtuBytes(),
        vrfs,
        nodes,
        neighbours,
        outside());
  }

  private Outside outside() {
    if (!uplink.leadsOutside()) {
      return null;
    }
    int length4 = prefixLength(uplink.ipv4());
    int length6 = prefixLength(uplink.ipv6());
    return new Outside(
        outsideVrf,
        IpPrefix.mask4(length4),
        IpPrefix.mask6High(length6),
        IpPrefix.mask6Low(length6));
  }

  private static int prefixLength(UnderlayAddress address) {
    return address == null ? 0 : address.prefixLength();
  }

  private static IpAddress own(UnderlayAddress address) {
    return address == null ? null : address.address();
  }
}
