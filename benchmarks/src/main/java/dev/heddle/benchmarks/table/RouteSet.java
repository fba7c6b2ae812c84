package dev.heddle.benchmarks.table;

import dev.heddle.table.RouteStore;
import dev.heddle.table.RouteTable;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Routes with lengths as in the Internet's tables, in random order, and random destinations that
 * they cover: equal chances for each route, then for each address in it.
 *
 * <p>The same number gives the same set. Addresses are left-aligned in two longs.
 */
public final class RouteSet {
  public static final int DESTINATIONS = 1 << 20;
  private static final int NEXT_HOPS = 250;
  private static final int FIRST_NEXT_HOP = 2;
  private static final long SEED = 1972;

  /** Length and how often it occurs among 10,000 routes. */
  private static final int[][] SHARES4 = {
    {24, 6000},
    {23, 1000},
    {22, 1100},
    {21, 500},
    {20, 440},
    {19, 250},
    {18, 140},
    {17, 80},
    {16, 135},
    {15, 20},
    {14, 12},
    {13, 6},
    {12, 3},
    {11, 1},
    {32, 10},
    {30, 3},
    {28, 2}
  };

  private static final int[][] SHARES6 = {
    {48, 5000},
    {32, 1500},
    {44, 1000},
    {40, 900},
    {36, 500},
    {46, 400},
    {47, 200},
    {33, 150},
    {34, 100},
    {35, 50},
    {29, 150},
    {64, 40},
    {128, 10}
  };

  /** The first 16 bits of IPv6 space that registries hand out. */
  private static final int[] BLOCKS6 = {
    0x2001, 0x2400, 0x2401, 0x2402, 0x2403, 0x2404, 0x2405, 0x2406, 0x2407, 0x2408, 0x2409, 0x240e,
    0x2600, 0x2601, 0x2602, 0x2603, 0x2604, 0x2605, 0x2606, 0x2607, 0x2620, 0x2800, 0x2801, 0x2803,
    0x2804, 0x2806, 0x2a00, 0x2a01, 0x2a02, 0x2a03, 0x2a04, 0x2a05, 0x2a06, 0x2a07, 0x2a09, 0x2a0a,
    0x2a0b, 0x2a0c, 0x2a0d, 0x2a0e, 0x2a10, 0x2c0f
  };

  /** Of how many routes one holder of address space announces one. */
  private static final int ROUTES_PER_HOLDER6 = 25;

  /** In so many /40 a holder's networks lie; spread over all, they would defeat DPDK's memory. */
  private static final int NETWORKS_PER_HOLDER6 = 4;

  private final int addressBits;
  private final SplittableRandom random;
  private final long[] highs;
  private final long[] lows;
  private final int[] lengths;
  private final int[] nextHops;

  private record Prefix(long high, long low, int length) {}

  /**
   * @param addressBits 32 or 128
   * @param routes how many
   */
  public RouteSet(int addressBits, int routes) {
    this.addressBits = addressBits;
    random = new SplittableRandom(SEED + routes);
    highs = new long[routes];
    lows = new long[routes];
    lengths = new int[routes];
    nextHops = new int[routes];
    Set<Prefix> known = HashSet.newHashSet(routes);
    while (known.size() < routes) {
      Prefix prefix = addressBits == 32 ? draw4() : draw6(routes);
      int index = known.size();
      if (known.add(prefix)) {
        highs[index] = prefix.high;
        lows[index] = prefix.low;
        lengths[index] = prefix.length;
        nextHops[index] = FIRST_NEXT_HOP + random.nextInt(NEXT_HOPS);
      }
    }
  }

  public int addressBits() {
    return addressBits;
  }

  public int size() {
    return lengths.length;
  }

  /** Fills a new table; the store's transaction is prepared. */
  public RouteTable fill(RouteStore store) {
    RouteTable table = addressBits == 32 ? store.create4() : store.create6();
    for (int i = 0; i < lengths.length; i++) {
      table.put(highs[i], lows[i], lengths[i], nextHops[i]);
    }
    store.prepare();
    return table;
  }

  /** Draws destinations: pairs of high and low long. */
  public long[] destinations() {
    long[] destinations = new long[2 * DESTINATIONS];
    for (int i = 0; i < DESTINATIONS; i++) {
      int route = random.nextInt(lengths.length);
      destinations[2 * i] = highs[route] | random.nextLong() & ~maskHigh(lengths[route]);
      destinations[2 * i + 1] = lows[route] | random.nextLong() & ~maskLow(lengths[route]);
    }
    return destinations;
  }

  /** Appends address, length and next hop of each route in the form that the C side reads. */
  void write(ByteBuffer to) {
    for (int i = 0; i < lengths.length; i++) {
      putAddress(to, addressBits, highs[i], lows[i]);
      to.putInt(lengths[i]).putInt(nextHops[i]);
    }
  }

  /** Appends an address as the C side reads it: a number, or 16 bytes in network order. */
  static void putAddress(ByteBuffer to, int addressBits, long high, long low) {
    if (addressBits == 32) {
      to.putInt((int) (high >>> 32));
    } else {
      to.putLong(Long.reverseBytes(high)).putLong(Long.reverseBytes(low));
    }
  }

  private Prefix draw4() {
    int length = drawLength(SHARES4);
    long address = random.nextLong(1L << 24, 224L << 24) << 32;
    return new Prefix(address & maskHigh(length), 0, length);
  }

  private Prefix draw6(int routes) {
    int length = drawLength(SHARES6);
    int holder = random.nextInt(Math.max(1, routes / ROUTES_PER_HOLDER6));
    SplittableRandom of = new SplittableRandom(holder);
    long block = BLOCKS6[of.nextInt(BLOCKS6.length)];
    long network = (long) of.nextInt(1 << 16) << 32;
    // A /32 per route would be unlike the Internet; the short prefixes alone name new holders.
    long first = length <= 32 ? random.nextInt(1 << 16) * 0x1_0000_0000L : network;
    long part = (random.nextInt(NETWORKS_PER_HOLDER6) * 0x40L + of.nextInt(0x40)) << 24;
    long high = block << 48 | first | part | random.nextLong() & 0xff_ffffL;
    return new Prefix(high & maskHigh(length), random.nextLong() & maskLow(length), length);
  }

  private int drawLength(int[][] shares) {
    int left = random.nextInt(10_000);
    for (int[] share : shares) {
      left -= share[1];
      if (left < 0) {
        return share[0];
      }
    }
    return shares[0][0];
  }

  private static long maskHigh(int length) {
    return length == 0 ? 0 : length >= 64 ? -1 : -1L << 64 - length;
  }

  private static long maskLow(int length) {
    return length <= 64 ? 0 : -1L << 128 - length;
  }
}
