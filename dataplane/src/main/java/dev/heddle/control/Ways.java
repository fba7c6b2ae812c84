package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.TunnelStatus;
import dev.heddle.api.v1.Way;
import dev.heddle.compile.CompiledTunnel;
import dev.heddle.compile.TableCompiler;
import dev.heddle.compile.WantedNeighbour;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Tunnels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Next hops and tunnels of the tables that were finished last, in the contract's messages.
 *
 * <p>Threading: while no update is under way.
 */
final class Ways {
  private static final long MAC_MASK = 0xffff_ffff_ffffL;

  private final DesiredState state;
  private final TableCompiler compiler;
  private final Tables tables;

  Ways(DesiredState state, TableCompiler compiler) {
    this.state = state;
    this.compiler = compiler;
    tables = compiler.tables();
  }

  /** Where a next hop leads: one way, or those of an equal-cost group, each once. */
  List<Way> of(int hop) {
    if (NextHops.kind(tables.hops(), hop) != NextHops.KIND_ECMP) {
      return List.of(way(hop, 1));
    }
    int[] groups = tables.groups();
    int offset = (int) argument(hop);
    Map<Integer, Integer> shares = new LinkedHashMap<>();
    for (int flow = 0; flow < groups[offset]; flow++) {
      shares.merge(NextHops.ecmpMember(groups, offset, flow), 1, Integer::sum);
    }
    List<Way> ways = new ArrayList<>();
    shares.forEach((member, share) -> ways.add(way(member, share)));
    return ways;
  }

  private Way way(int hop, int share) {
    Way.Builder way = Way.newBuilder().setShare(share);
    switch (NextHops.kind(tables.hops(), hop)) {
      case NextHops.KIND_LOCAL -> toEndpoint(way, hop);
      case NextHops.KIND_REMOTE -> throughTunnel(way, hop);
      case NextHops.KIND_OUTSIDE -> outside(way, hop);
      case NextHops.KIND_ROUTER -> way.setKind(Way.Kind.KIND_ROUTER);
      case NextHops.KIND_DROP -> way.setKind(Way.Kind.KIND_DROP);
      case NextHops.KIND_UNRESOLVED -> way.setKind(Way.Kind.KIND_UNRESOLVED);
      default -> way.setKind(Way.Kind.KIND_NO_ROUTE);
    }
    return way.build();
  }

  private void toEndpoint(Way.Builder way, int hop) {
    String endpoint = compiler.endpointAt(NextHops.interfaceIndex(meta(hop)));
    leaving(way, hop).setKind(Way.Kind.KIND_ENDPOINT).setMac(mac(tables.hops()[at(hop)]));
    if (endpoint != null) {
      way.setEndpoint(endpoint);
    }
  }

  private void throughTunnel(Way.Builder way, int hop) {
    int index = Tunnels.tunnel(argument(hop));
    leaving(way, hop).setKind(Way.Kind.KIND_TUNNEL).setMac(mac(tables.hops()[at(hop)]));
    CompiledTunnel tunnel = compiler.underlay().tunnel(index);
    if (tunnel != null) {
      way.setTunnel(status(tunnel));
    }
  }

  private void outside(Way.Builder way, int hop) {
    int interfaceIndex = NextHops.interfaceIndex(meta(hop));
    int neighbour = neighbour(Tunnels.tunnel(argument(hop)));
    leaving(way, hop)
        .setKind(Way.Kind.KIND_OUTSIDE)
        .setMac(mac(tables.underlay().neighbours().mac(neighbour)));
    compiler.underlay().wantedNeighbours().stream()
        .filter(each -> each.index() == neighbour)
        .map(WantedNeighbour::address)
        .forEach(gateway -> way.setGateway(AddressReader.toBytes(gateway)));
    state.uplinks().keySet().stream()
        .filter(name -> compiler.underlay().interfaceIndex(name) == interfaceIndex)
        .forEach(way::setUplink);
  }

  private Way.Builder leaving(Way.Builder way, int hop) {
    return way.setInterfaceIndex(NextHops.interfaceIndex(meta(hop)))
        .setMtu(NextHops.mtuBytes(meta(hop)));
  }

  /** Whether a tunnel's packets can leave: its next hop's Ethernet address is known. */
  boolean isResolved(int tunnel) {
    return (tables.underlay().neighbours().mac(neighbour(tunnel)) & MAC_MASK) != 0;
  }

  /** A tunnel with what its template says. */
  private TunnelStatus status(CompiledTunnel tunnel) {
    return status(tunnel, true);
  }

  /**
   * The same.
   *
   * @param isThere whether workers still use it, so that its neighbour is its own
   */
  TunnelStatus status(CompiledTunnel tunnel, boolean isThere) {
    long[] words = tables.underlay().tunnels();
    long first = words[tunnel.index() * Tunnels.LONGS_PER_TUNNEL];
    return TunnelStatus.newBuilder()
        .setNode(tunnel.node())
        .setUplink(tunnel.uplink())
        .setInterfaceIndex(tunnel.interfaceIndex())
        .setLocalAddress(ByteString.copyFrom(Tunnels.source(words, tunnel.index())))
        .setRemoteAddress(ByteString.copyFrom(Tunnels.destination(words, tunnel.index())))
        .setNextHop(AddressReader.toBytes(tunnel.nextHop()))
        .setNextHopMac(
            isThere
                ? mac(tables.underlay().neighbours().mac(neighbour(tunnel.index())))
                : ByteString.EMPTY)
        .setMtu(tunnel.mtuBytes())
        .setUdpChecksums(Tunnels.hasChecksums(first))
        .build();
  }

  private int neighbour(int tunnel) {
    return Tunnels.neighbour(tables.underlay().tunnels()[tunnel * Tunnels.LONGS_PER_TUNNEL]);
  }

  /** Empty where the low 48 bits are no address. */
  private static ByteString mac(long word) {
    long mac = word & MAC_MASK;
    return mac == 0 ? ByteString.EMPTY : MacReader.toBytes(mac);
  }

  private static int at(int hop) {
    return hop * NextHops.LONGS_PER_HOP;
  }

  private long meta(int hop) {
    return tables.hops()[at(hop) + 2];
  }

  private long argument(int hop) {
    return tables.hops()[at(hop) + 3];
  }
}
