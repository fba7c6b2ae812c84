package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import dev.heddle.compile.TableCompiler;
import dev.heddle.control.DesiredState.AddressKey;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.NextHopSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.agrona.collections.LongArrayList;

/**
 * The routes that operators made, as of one revision: a copy without objects of its own for each,
 * which is made while no update is under way and read while others go on.
 */
final class RouteSnapshot implements Iterable<Routes> {
  /** Where an IPv4 table begins. */
  static final IpPrefix FIRST4 = new IpPrefix(IpAddress.v4(0), 0);

  /** Where an IPv6 table begins. */
  static final IpPrefix FIRST6 = new IpPrefix(IpAddress.v6(0, 0), 0);

  /** High and low half of the address, and the length. */
  private static final int ROUTE_WORDS = 3;

  /** Of a route that counts: the same, packets and bytes. */
  private static final int COUNTED_WORDS = 5;

  /** About what a route takes, while the copy grows, too. */
  static final int ROUTE_BYTES = 3 * COUNTED_WORDS * Long.BYTES / 2;

  private static final int MAX_PREFIXES_PER_MESSAGE = 4096;

  /** Neighbours of one family with equal next hops. */
  private record Run(
      String network, boolean ipv6, NextHopSet nextHops, boolean counted, int from) {}

  private final DesiredState state;
  private final TableCompiler compiler;
  private final RouteMeter meter;
  private final LongArrayList words = new LongArrayList();
  private final List<Run> runs = new ArrayList<>();

  RouteSnapshot(DesiredState state, TableCompiler compiler, RouteMeter meter) {
    this.state = state;
    this.compiler = compiler;
    this.meter = meter;
  }

  /** Copies the routes of a network. */
  void add(String network) {
    for (IpPrefix first : List.of(FIRST4, FIRST6)) {
      compiler
          .routes()
          .forEach(
              network,
              first,
              Integer.MAX_VALUE,
              (prefix, nextHops, routeId) -> add(network, prefix, nextHops, routeId));
    }
  }

  /** Copies one route of a network, if it is there and an operator's. */
  void add(String network, IpPrefix only) {
    compiler
        .routes()
        .forEach(
            network,
            only,
            1,
            (prefix, nextHops, routeId) -> {
              if (prefix.equals(only)) {
                add(network, prefix, nextHops, routeId);
              }
            });
  }

  private void add(String network, IpPrefix prefix, NextHopSet nextHops, int routeId) {
    if (nextHops == null || isEndpointsOwn(network, prefix)) {
      return;
    }
    boolean counted = routeId >= 0;
    Run last = runs.isEmpty() ? null : runs.getLast();
    if (last == null
        || !last.nextHops.equals(nextHops)
        || last.ipv6 != prefix.ipv6()
        || last.counted != counted
        || !last.network.equals(network)) {
      runs.add(new Run(network, prefix.ipv6(), nextHops, counted, words.size()));
    }
    words.addLong(prefix.address().high());
    words.addLong(prefix.address().low());
    words.addLong(prefix.length());
    if (counted) {
      words.addLong(meter.packets(routeId));
      words.addLong(meter.bytes(routeId));
    }
  }

  private boolean isEndpointsOwn(String network, IpPrefix prefix) {
    return prefix.length() == prefix.address().bits()
        && state.endpointByAddress(new AddressKey(network, prefix.address())) != null;
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  @Override
  public Iterator<Routes> iterator() {
    return new Messages();
  }

  private final class Messages implements Iterator<Routes> {
    private int run;
    private int at;

    @Override
    public boolean hasNext() {
      return run < runs.size();
    }

    @Override
    public Routes next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Run its = runs.get(run);
      int end = run + 1 < runs.size() ? runs.get(run + 1).from : words.size();
      Routes.Builder message =
          Routes.newBuilder()
              .setNetwork(its.network)
              .addAllNextHops(NextHopReader.toMessages(its.nextHops));
      while (at < end && message.getPrefixesCount() < MAX_PREFIXES_PER_MESSAGE) {
        message.addPrefixes(prefix(its.ipv6));
        if (its.counted) {
          message
              .addPackets(words.getLong(at + ROUTE_WORDS))
              .addBytes(words.getLong(at + ROUTE_WORDS + 1));
        }
        at += its.counted ? COUNTED_WORDS : ROUTE_WORDS;
      }
      if (at == end) {
        run++;
      }
      return message.build();
    }

    private Prefix prefix(boolean ipv6) {
      long high = words.getLong(at);
      long low = words.getLong(at + 1);
      ByteBuffer address =
          ipv6
              ? ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low)
              : ByteBuffer.allocate(Integer.BYTES).putInt((int) low);
      return Prefix.newBuilder()
          .setAddress(ByteString.copyFrom(address.flip()))
          .setLength((int) words.getLong(at + 2))
          .build();
    }
  }
}
