package dev.heddle.compile.policy;

import dev.heddle.model.IpPrefix;
import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The classes of addresses that a program's nets make: the most specific net that contains an
 * address, numbered from 1 on in the order of addresses, so that the nets within another follow it;
 * 0 where none does.
 */
final class NetClasses {
  private static final Comparator<IpPrefix> OUTER_FIRST =
      Comparator.comparing(IpPrefix::address).thenComparing(IpPrefix::length);

  private final List<IpPrefix> nets;
  private final Map<IpPrefix, BitSet> covered = new HashMap<>();
  final RouteTable table4;
  final RouteTable table6;

  NetClasses(Stream<IpPrefix> used, RouteStore store) {
    nets = used.distinct().sorted(OUTER_FIRST).toList();
    table4 = store.create4();
    table6 = store.create6();
    for (int i = 0; i < nets.size(); i++) {
      put(table4, table6, nets.get(i), i + 1);
    }
  }

  /** Gives a prefix a value in the table of its family, and tells the one it had. */
  static int put(RouteTable table4, RouteTable table6, IpPrefix net, int value) {
    return net.ipv6()
        ? table6.put(net.address().high(), net.address().low(), net.length(), value)
        : table4.put(RouteTable.high4(net.address().asInt()), 0, net.length(), value);
  }

  int count() {
    return nets.size() + 1;
  }

  BitSet covered(IpPrefix net) {
    return covered.computeIfAbsent(net, this::find);
  }

  private BitSet find(IpPrefix net) {
    int first = Collections.binarySearch(nets, net, OUTER_FIRST);
    int end = first;
    while (end < nets.size() && net.contains(nets.get(end).address())) {
      end++;
    }
    BitSet classes = new BitSet();
    classes.set(first + 1, end + 1);
    return classes;
  }
}
