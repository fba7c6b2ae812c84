package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.ListTunnelsRequest;
import dev.heddle.api.v1.TunnelStatus;
import dev.heddle.compile.CompiledTunnel;
import dev.heddle.compile.TableCompiler;
import dev.heddle.table.Tunnels;
import dev.heddle.table.Underlay;
import java.util.List;

/**
 * Says what is in the tables that the workers look up in, in the contract's messages.
 *
 * <p>Threading: while no update is under way.
 */
final class TableViews {
  private final DesiredState state;
  private final TableCompiler compiler;

  TableViews(DesiredState state, TableCompiler compiler) {
    this.state = state;
    this.compiler = compiler;
  }

  /** Tunnels by node and uplink. */
  List<TunnelStatus> tunnels(ListTunnelsRequest request) {
    Listings.checkThere("node", request.getNode(), state.nodes());
    return compiler.underlay().tunnels().stream()
        .filter(tunnel -> request.getNode().isEmpty() || tunnel.node().equals(request.getNode()))
        .map(this::status)
        .toList();
  }

  private TunnelStatus status(CompiledTunnel tunnel) {
    Underlay underlay = compiler.tables().underlay();
    long[] words = underlay.tunnels();
    long first = words[tunnel.index() * Tunnels.LONGS_PER_TUNNEL];
    long mac = underlay.neighbours().mac(Tunnels.neighbour(first));
    return TunnelStatus.newBuilder()
        .setNode(tunnel.node())
        .setUplink(tunnel.uplink())
        .setInterfaceIndex(tunnel.interfaceIndex())
        .setLocalAddress(ByteString.copyFrom(Tunnels.source(words, tunnel.index())))
        .setRemoteAddress(ByteString.copyFrom(Tunnels.destination(words, tunnel.index())))
        .setNextHop(AddressReader.toBytes(tunnel.nextHop()))
        .setNextHopMac(mac == 0 ? ByteString.EMPTY : MacReader.toBytes(mac))
        .setMtu(tunnel.mtuBytes())
        .setUdpChecksums(Tunnels.hasChecksums(first))
        .build();
  }
}
