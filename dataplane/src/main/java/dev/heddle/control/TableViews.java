package dev.heddle.control;

import dev.heddle.api.v1.ListTunnelsRequest;
import dev.heddle.api.v1.LookUpRouteRequest;
import dev.heddle.api.v1.RouteLookup;
import dev.heddle.api.v1.TunnelStatus;
import dev.heddle.compile.CompiledRoutes.Match;
import dev.heddle.compile.CompiledTunnel;
import dev.heddle.compile.TableCompiler;
import dev.heddle.control.DesiredState.AddressKey;
import dev.heddle.model.IpAddress;
import dev.heddle.table.Lpm4;
import dev.heddle.table.Lpm6;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;
import io.grpc.Status;
import java.util.List;

/**
 * Says what is in the tables that the workers look up in, in the contract's messages.
 *
 * <p>Threading: while no update is under way.
 */
final class TableViews {
  private final DesiredState state;
  private final TableCompiler compiler;
  private final RouteMeter meter;
  private final LiveView live;

  TableViews(DesiredState state, TableCompiler compiler, RouteMeter meter, LiveView live) {
    this.live = live;
    this.state = state;
    this.compiler = compiler;
    this.meter = meter;
  }

  /** Tunnels by node and uplink; whether a next hop's address is known is as of when it is told. */
  Iterable<TunnelStatus> tunnels(ListTunnelsRequest request) {
    Listings.checkThere("node", request.getNode(), state.nodes());
    List<CompiledTunnel> all = compiler.underlay().tunnels();
    Ways ways = new Ways(state, compiler);
    return () ->
        new LiveParts<>(
            all.stream()
                .filter(tunnel ->
                    request.getNode().isEmpty() || tunnel.node().equals(request.getNode()))
                .iterator(),
            live,
            tunnel ->
                ways.status(tunnel, tunnel.equals(compiler.underlay().tunnel(tunnel.index()))));
  }

  /** Looks an address up as workers do. */
  RouteLookup lookUp(LookUpRouteRequest request) {
    String network = request.getNetwork();
    IpAddress address = address(request);
    Tables tables = compiler.tables();
    int hop = hop(tables, tables.vrfs()[compiler.vrfIndex(network)], address);
    RouteLookup.Builder reply =
        RouteLookup.newBuilder()
            .setRevision(tables.revision())
            .addAllWays(new Ways(state, compiler).of(hop));
    Match match = compiler.routes().longestMatch(network, address);
    checkAgree(network, address, hop, match);
    if (match != null) {
      tellRoute(network, match, reply);
    }
    return reply.build();
  }

  private IpAddress address(LookUpRouteRequest request) {
    Mistakes mistakes = new Mistakes();
    Field at = Field.ofRequest(mistakes, "routes of network", request.getNetwork());
    if (request.getNetwork().isEmpty()) {
      at.invalid("network", "", "an address is looked up in one network; name it");
    }
    IpAddress address = AddressReader.address(request.getAddress(), at, "address");
    if (!mistakes.isEmpty()) {
      throw mistakes.toException();
    }
    Listings.checkThere("network", request.getNetwork(), state.networks());
    return address;
  }

  /** The next hop that a worker finds. */
  private static int hop(Tables tables, Vrf vrf, IpAddress address) {
    int result =
        address.ipv6()
            ? Lpm6.lookup(vrf.lpm6Root(), address.high(), address.low())
            : Lpm4.lookup(vrf.lpm4Root(), address.asInt());
    return result < 0 ? tables.routeHops()[NextHops.routeId(result)] : result;
  }

  /**
   * The tables tell the next hop alone; which prefix it is of is known where they were made from.
   * Both must mean the same, or what is told were false.
   */
  private static void checkAgree(String network, IpAddress address, int hop, Match match) {
    int expected = match == null ? NextHops.NO_ROUTE : match.hop();
    if (hop != expected) {
      throw Status.INTERNAL
          .withDescription(
              "network %s: %s leads to next hop %d by the workers' tables and to %d by the routes"
                      .formatted(network, AddressReader.text(address), hop, expected)
                  + " that they were made from; report this, and start the daemon again")
          .asRuntimeException();
    }
  }

  private void tellRoute(String network, Match match, RouteLookup.Builder reply) {
    reply.setPrefix(AddressReader.toMessage(match.prefix())).setOrigin(origin(network, match));
    if (match.nextHops() != null) {
      reply.addAllNextHops(NextHopReader.toMessages(match.nextHops()));
    }
    if (match.routeId() >= 0) {
      reply
          .setCounted(true)
          .setPackets(meter.packets(match.routeId()))
          .setBytes(meter.bytes(match.routeId()));
    }
  }

  private RouteLookup.Origin origin(String network, Match match) {
    if (match.nextHops() == null) {
      return RouteLookup.Origin.ORIGIN_ROUTER;
    }
    IpAddress first = match.prefix().address();
    boolean isEndpoints =
        match.prefix().length() == first.bits()
            && state.endpointByAddress(new AddressKey(network, first)) != null;
    return isEndpoints ? RouteLookup.Origin.ORIGIN_ENDPOINT : RouteLookup.Origin.ORIGIN_API;
  }
}
