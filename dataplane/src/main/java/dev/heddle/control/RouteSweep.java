package dev.heddle.control;

import dev.heddle.compile.TableCompiler;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Removes the routes of one network that a replacement does not name, once those it names are in.
 */
final class RouteSweep {
  private static final int PAGE_ROUTES = 4096;

  private final String network;
  private final Predicate<IpAddress> owned;
  private final RouteMarks marks;
  private final TableCompiler compiler;
  private final ChangeLog log;

  /**
   * @param owned whether an address had a route of its own before, which is not an operator's
   * @param marks what stays
   * @param log is told what goes
   */
  RouteSweep(
      String network,
      Predicate<IpAddress> owned,
      RouteMarks marks,
      TableCompiler compiler,
      ChangeLog log) {
    this.log = log;
    this.network = network;
    this.owned = owned;
    this.marks = marks;
    this.compiler = compiler;
  }

  void run() {
    // Whatever is marked is in the table, so equal numbers mean that nothing else is.
    if (compiler.routeCount(network) > marks.size()) {
      log.beginDeletes(network);
      sweepFrom(RouteSnapshot.FIRST4);
      sweepFrom(RouteSnapshot.FIRST6);
    }
  }

  private void sweepFrom(IpPrefix first) {
    IpPrefix from = first;
    while (from != null) {
      List<IpPrefix> page = new ArrayList<>(PAGE_ROUTES);
      List<IpPrefix> unmarked = new ArrayList<>();
      compiler
          .routes()
          .forEach(
              network,
              from,
              PAGE_ROUTES,
              (prefix, nextHops, routeId) -> {
                page.add(prefix);
                if (nextHops != null && !stays(prefix)) {
                  unmarked.add(prefix);
                }
              });
      unmarked.forEach(this::remove);
      from = page.size() < PAGE_ROUTES ? null : page.getLast();
    }
  }

  private boolean stays(IpPrefix prefix) {
    IpAddress address = prefix.address();
    return marks.contains(prefix.ipv6(), address.high(), address.low(), prefix.length())
        || prefix.length() == address.bits() && owned.test(address);
  }

  private void remove(IpPrefix prefix) {
    IpAddress address = prefix.address();
    log.route(AddressReader.toMessage(prefix));
    compiler.removeRoute(network, prefix.ipv6(), address.high(), address.low(), prefix.length());
  }
}
