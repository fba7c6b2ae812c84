package dev.heddle.control;

import dev.heddle.api.v1.Routes;
import dev.heddle.compile.TableCompiler;
import dev.heddle.control.DesiredState.AddressKey;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.NextHopSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Some of a network's routes, in the order of their prefixes.
 *
 * @param routes neighbours with equal next hops in one message
 * @param next where the next page begins; null after the last one
 */
record RoutePage(List<Routes> routes, IpPrefix next) {
  private static final int MAX_ROUTES = 4096;

  /** Where an IPv4 listing begins. */
  static final IpPrefix FIRST4 = new IpPrefix(IpAddress.v4(0), 0);

  /** Where an IPv6 listing begins. */
  static final IpPrefix FIRST6 = new IpPrefix(IpAddress.v6(0, 0), 0);

  static RoutePage read(
      String network, IpPrefix from, TableCompiler compiler, DesiredState state, RouteMeter meter) {
    Collector collector = new Collector(network, state, meter);
    compiler.forEachRoute(network, from, MAX_ROUTES + 1, collector);
    collector.flush();
    IpPrefix next = collector.seen > MAX_ROUTES ? collector.last : from.ipv6() ? null : FIRST6;
    return new RoutePage(collector.routes, next);
  }

  private static final class Collector implements TableCompiler.RouteVisitor {
    private final String network;
    private final DesiredState state;
    private final RouteMeter meter;
    private final List<Routes> routes = new ArrayList<>();
    private Routes.Builder run;
    private NextHopSet runNextHops;
    private int seen;
    private IpPrefix last;

    Collector(String network, DesiredState state, RouteMeter meter) {
      this.meter = meter;
      this.network = network;
      this.state = state;
    }

    @Override
    public void route(IpPrefix prefix, NextHopSet nextHops, int routeId) {
      last = prefix;
      if (++seen > MAX_ROUTES || nextHops == null || isEndpointsOwn(prefix)) {
        return;
      }
      if (!nextHops.equals(runNextHops)) {
        flush();
        runNextHops = nextHops;
        run =
            Routes.newBuilder()
                .setNetwork(network)
                .addAllNextHops(NextHopReader.toMessages(nextHops));
      }
      run.addPrefixes(AddressReader.toMessage(prefix));
      if (routeId >= 0) {
        run.addPackets(meter.packets(routeId)).addBytes(meter.bytes(routeId));
      }
    }

    private boolean isEndpointsOwn(IpPrefix prefix) {
      return prefix.length() == prefix.address().bits()
          && state.endpointByAddress(new AddressKey(network, prefix.address())) != null;
    }

    private void flush() {
      if (run != null) {
        routes.add(run.build());
        run = null;
      }
    }
  }
}
