package dev.heddle.control;

import java.util.HashSet;
import java.util.Set;
import org.agrona.collections.LongHashSet;

/** Prefixes of one network that a replacement names. There may be a million, so IPv4 is packed. */
final class RouteMarks {
  /** No prefixes. */
  static final RouteMarks NONE = new RouteMarks();

  /** About what a marked prefix takes of the heap. */
  static final int BYTES4 = 32;

  static final int BYTES6 = 96;

  private static final int LENGTH_BITS = 6;

  private record Key6(long high, long low, int length) {}

  private final LongHashSet marked4 = new LongHashSet();
  private final Set<Key6> marked6 = new HashSet<>();

  /** Marks a prefix. An IPv4 address is in the low 32 bits of {@code low}. */
  void add(boolean ipv6, long high, long low, int length) {
    if (ipv6) {
      marked6.add(new Key6(high, low, length));
    } else {
      marked4.add(key4(low, length));
    }
  }

  boolean contains(boolean ipv6, long high, long low, int length) {
    return ipv6
        ? marked6.contains(new Key6(high, low, length))
        : marked4.contains(key4(low, length));
  }

  /** How many different prefixes there are. */
  long size() {
    return (long) marked4.size() + marked6.size();
  }

  private static long key4(long address, int length) {
    return address << LENGTH_BITS | length;
  }
}
