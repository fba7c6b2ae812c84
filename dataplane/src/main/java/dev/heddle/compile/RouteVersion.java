package dev.heddle.compile;

import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.table.SharedRoutes;
import java.util.List;

/**
 * The routes of some networks as they were at one moment, one after the other: network by network,
 * IPv4 first, in the order of their prefixes. Taking it costs nothing for a route; what changes
 * afterwards changes elsewhere.
 *
 * <p>Threading: one thread at a time, any.
 */
public final class RouteVersion {
  /** One family of one network. */
  record Part(String network, boolean ipv6, SharedRoutes routes) {}

  private final List<Part> parts;
  private final Pages.Version<Hop[]> hops;
  private final Pages.Version<long[]> counted;
  private int part;

  RouteVersion(List<Part> parts, Pages.Version<Hop[]> hops, Pages.Version<long[]> counted) {
    this.parts = parts;
    this.hops = hops;
    this.counted = counted;
    skipEnds();
  }

  /** Is shown routes. */
  public interface Visitor {
    /**
     * Sees one route.
     *
     * @param route what is known of it
     * @param counts tells its counters; 0 if it does not count
     */
    void route(String network, CompiledRoutes.Match route, long counts);
  }

  /** Whether there is no further route. */
  public boolean atEnd() {
    return part == parts.size();
  }

  /** Shows the next route, which is the same until {@link #advance}. */
  public void show(Visitor visitor) {
    Part its = parts.get(part);
    its.routes.show((high, low, length, value) -> {
      IpAddress address =
          its.ipv6 ? IpAddress.v6(high, low) : IpAddress.v4((int) (high >>> Integer.SIZE));
      int id = value < 0 ? CountedRoutes.id(value) : -1;
      long counts = id < 0 ? 0 : counted.page(id)[id % Pages.SIZE];
      int hop = id < 0 ? value : CountedRoutes.hop(counts);
      visitor.route(
          its.network,
          new CompiledRoutes.Match(
              new IpPrefix(address, length),
              hop,
              CompiledRoutes.nextHops(hops.page(hop)[hop % Pages.SIZE]),
              id),
          counts);
    });
  }

  /** Goes on behind it. */
  public void advance() {
    parts.get(part).routes.advance();
    skipEnds();
  }

  private void skipEnds() {
    while (part < parts.size() && parts.get(part).routes.atEnd()) {
      part++;
    }
  }
}
