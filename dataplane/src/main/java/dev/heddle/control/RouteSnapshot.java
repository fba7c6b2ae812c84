package dev.heddle.control;

import dev.heddle.api.v1.Routes;
import dev.heddle.compile.CompiledRoutes.Match;
import dev.heddle.compile.RouteVersion;
import dev.heddle.control.DesiredState.AddressKey;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;

/**
 * The routes that operators made, as of one revision, in messages that are made as they are read:
 * taking it costs nothing for a route, and updates go on meanwhile.
 *
 * <p>Threading: one thread at a time, any.
 */
final class RouteSnapshot implements Iterator<Routes> {
  /** Where an IPv4 table begins. */
  static final IpPrefix FIRST4 = new IpPrefix(IpAddress.v4(0), 0);

  /** Where an IPv6 table begins. */
  static final IpPrefix FIRST6 = new IpPrefix(IpAddress.v6(0, 0), 0);

  /** What a route takes at most that only a snapshot has, since it is gone or another one now. */
  static final int ROUTE_BYTES = 64;

  private static final int MAX_PREFIXES_PER_MESSAGE = 4096;

  /**
   * A route with counters.
   *
   * @param word what the snapshot tells it by
   */
  record Counted(int routeId, long word, long packets, long bytes) {
    Counted with(long itsPackets, long itsBytes) {
      return new Counted(routeId, word, itsPackets, itsBytes);
    }
  }

  /** An operator's route, not told yet. */
  private record Next(String network, Match route, long word) {
    /** Whether one message can have both. */
    boolean isLike(Next other) {
      return route.hop() == other.route.hop()
          && route.prefix().ipv6() == other.route.prefix().ipv6()
          && route.routeId() < 0 == other.route.routeId() < 0
          && network.equals(other.network);
    }
  }

  private final DesiredState state;
  private final RouteVersion routes;
  private final UnaryOperator<List<Counted>> counters;
  private Next next;

  /**
   * @param state of the same revision, shared
   * @param counters reads them, of several routes at once; those of one that has gone are zero
   */
  RouteSnapshot(DesiredState state, RouteVersion routes, UnaryOperator<List<Counted>> counters) {
    this.state = state;
    this.routes = routes;
    this.counters = counters;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      find();
    }
    return next != null;
  }

  @Override
  public Routes next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Next first = next;
    Routes.Builder message =
        Routes.newBuilder()
            .setNetwork(first.network)
            .addAllNextHops(NextHopReader.toMessages(first.route.nextHops()));
    List<Counted> counted = new ArrayList<>();
    while (next != null
        && message.getPrefixesCount() < MAX_PREFIXES_PER_MESSAGE
        && next.isLike(first)) {
      message.addPrefixes(AddressReader.toMessage(next.route.prefix()));
      if (next.route.routeId() >= 0) {
        counted.add(new Counted(next.route.routeId(), next.word, 0, 0));
      }
      find();
    }
    if (!counted.isEmpty()) {
      for (Counted each : counters.apply(counted)) {
        message.addPackets(each.packets).addBytes(each.bytes);
      }
    }
    return message.build();
  }

  /** Goes on to the next route that an operator made. */
  private void find() {
    next = null;
    while (next == null && !routes.atEnd()) {
      routes.show((network, route, word) -> {
        if (isOperators(state, network, route)) {
          next = new Next(network, route, word);
        }
      });
      routes.advance();
    }
  }

  /** Whether it is neither an address of the router nor of an endpoint. */
  static boolean isOperators(DesiredState state, String network, Match route) {
    IpPrefix prefix = route.prefix();
    return route.nextHops() != null
        && !(prefix.length() == prefix.address().bits()
            && state.endpointByAddress(new AddressKey(network, prefix.address())) != null);
  }
}
