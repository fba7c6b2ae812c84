package dev.heddle.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.table.Lpm4;
import dev.heddle.table.Lpm6;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.TunnelText;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Vrf;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Looks destinations up as a worker does, and says in words where they lead. */
final class Lookup {
  private final Tables tables;

  Lookup(Tables tables) {
    this.tables = tables;
  }

  /** Where an address leads in the network of this VNI. */
  String way(int vni, String address) {
    return describe(hop(vrf(vni), address));
  }

  Vrf vrf(int vni) {
    return Arrays.stream(tables.vrfs())
        .filter(vrf -> vrf != null && vrf.vni() == vni)
        .findFirst()
        .orElseThrow();
  }

  int hop(Vrf vrf, String address) {
    int value = value(vrf, address);
    return value < 0 ? tables.routeHops()[value & ~NextHops.COUNTED_ROUTE] : value;
  }

  /** What the tries say. */
  int value(Vrf vrf, String address) {
    ByteString bytes = Addresses.parse(address);
    return bytes.size() == AddressReader.IPV4_BYTES
        ? Lpm4.lookup(vrf.lpm4Root(), AddressReader.int32(bytes))
        : Lpm6.lookup(
            vrf.lpm6Root(), AddressReader.int64(bytes, 0), AddressReader.int64(bytes, Long.BYTES));
  }

  /** In words that do not depend on the order in which indexes were given out. */
  String describe(int hop) {
    int at = hop * NextHops.LONGS_PER_HOP;
    long meta = tables.hops()[at + 2];
    return switch (NextHops.kind(meta)) {
      case NextHops.KIND_NO_ROUTE -> "no route";
      case NextHops.KIND_DROP -> "drop";
      case NextHops.KIND_ROUTER -> "router";
      case NextHops.KIND_UNRESOLVED -> "unresolved";
      case NextHops.KIND_LOCAL ->
          "%012x mtu %d".formatted(tables.hops()[at] & 0xffff_ffff_ffffL, NextHops.mtuBytes(meta));
      case NextHops.KIND_REMOTE -> remote(at, meta);
      case NextHops.KIND_OUTSIDE -> outside(at, meta);
      case NextHops.KIND_ECMP -> shares((int) tables.hops()[at + 3]);
      default -> throw new AssertionError("kind of " + Long.toHexString(meta));
    };
  }

  private String remote(int at, long meta) {
    long argument = tables.hops()[at + 3];
    return "node at %s, %012x mtu %d"
        .formatted(
            TunnelText.of(tables.underlay().tunnels(), Tunnels.tunnel(argument)),
            tables.hops()[at] & 0xffff_ffff_ffffL,
            NextHops.mtuBytes(meta));
  }

  private String outside(int at, long meta) {
    long argument = tables.hops()[at + 3];
    int tunnel = Tunnels.tunnel(argument) * Tunnels.LONGS_PER_TUNNEL;
    int neighbour = Tunnels.neighbour(tables.underlay().tunnels()[tunnel]);
    assertThat(Tunnels.node(argument)).isEqualTo(Tunnels.OUTSIDE);
    assertThat(Tunnels.overheadBytes(argument)).isZero();
    assertThat(tables.hops()[at] & 0xffff_ffff_ffffL).as("destination MAC").isZero();
    return "outside through %d to neighbour %d mtu %d"
        .formatted(NextHops.interfaceIndex(meta), neighbour, NextHops.mtuBytes(meta));
  }

  /** Index of the neighbour that gets the packets to an address. */
  int neighbour(int vni, String address) {
    int at = hop(vrf(vni), address) * NextHops.LONGS_PER_HOP;
    int tunnel = Tunnels.tunnel(tables.hops()[at + 3]);
    return Tunnels.neighbour(tables.underlay().tunnels()[tunnel * Tunnels.LONGS_PER_TUNNEL]);
  }

  private String shares(int offset) {
    int[] groups = tables.groups();
    Map<String, Integer> shares = new TreeMap<>();
    for (int flow = 0; flow < groups[offset]; flow++) {
      shares.merge(describe(NextHops.ecmpMember(groups, offset, flow)), 1, Integer::sum);
    }
    return shares.toString();
  }

  /** All interfaces that packets with this next hop may go to. */
  Set<Integer> interfaces(int hop) {
    int at = hop * NextHops.LONGS_PER_HOP;
    long meta = tables.hops()[at + 2];
    Set<Integer> interfaces = new TreeSet<>();
    if (NextHops.kind(meta) == NextHops.KIND_LOCAL) {
      interfaces.add(NextHops.interfaceIndex(meta));
    } else if (NextHops.kind(meta) == NextHops.KIND_ECMP) {
      int offset = (int) tables.hops()[at + 3];
      for (int flow = 0; flow < tables.groups()[offset]; flow++) {
        interfaces.addAll(interfaces(NextHops.ecmpMember(tables.groups(), offset, flow)));
      }
    }
    return interfaces;
  }
}
