package dev.heddle.benchmarks.table;

import dev.heddle.table.Lpm4;
import dev.heddle.table.Lpm6;

/** Our lookups of all destinations, a full batch of the pipeline at a time. */
interface LookupLoop {
  int BURST = 256;

  /** Looks all destinations up once. */
  void pass();

  /** What the last pass has found. */
  int[] found();

  /** Looks all up and returns what was found. */
  default int[] results() {
    pass();
    return found();
  }

  /** Nanoseconds for some passes. */
  default long passNs(int passes) {
    long start = System.nanoTime();
    for (int i = 0; i < passes; i++) {
      pass();
    }
    return System.nanoTime() - start;
  }

  /**
   * @param destinations pairs of high and low long
   */
  static LookupLoop of(int addressBits, long root, long[] destinations) {
    return addressBits == 32 ? new Ipv4(root, destinations) : new Ipv6(root, destinations);
  }

  /** The results of a burst go to a part of all results, as on the C side. */
  final class Ipv4 implements LookupLoop {
    private final long root;
    private final int[][] bursts = new int[RouteSet.DESTINATIONS / BURST][BURST];
    private final int[][] results = new int[RouteSet.DESTINATIONS / BURST][BURST];

    Ipv4(long root, long[] destinations) {
      this.root = root;
      for (int i = 0; i < RouteSet.DESTINATIONS; i++) {
        bursts[i / BURST][i % BURST] = (int) (destinations[2 * i] >>> 32);
      }
    }

    @Override
    public void pass() {
      for (int i = 0; i < bursts.length; i++) {
        Lpm4.lookupAll(root, bursts[i], results[i], BURST);
      }
    }

    @Override
    public int[] found() {
      return concatenated(results);
    }
  }

  /** The same for IPv6. */
  final class Ipv6 implements LookupLoop {
    private final long root;
    private final long[][] highs = new long[RouteSet.DESTINATIONS / BURST][BURST];
    private final long[][] lows = new long[RouteSet.DESTINATIONS / BURST][BURST];
    private final int[][] results = new int[RouteSet.DESTINATIONS / BURST][BURST];

    Ipv6(long root, long[] destinations) {
      this.root = root;
      for (int i = 0; i < RouteSet.DESTINATIONS; i++) {
        highs[i / BURST][i % BURST] = destinations[2 * i];
        lows[i / BURST][i % BURST] = destinations[2 * i + 1];
      }
    }

    @Override
    public void pass() {
      for (int i = 0; i < highs.length; i++) {
        Lpm6.lookupAll(root, highs[i], lows[i], results[i], BURST);
      }
    }

    @Override
    public int[] found() {
      return concatenated(results);
    }
  }

  private static int[] concatenated(int[][] parts) {
    int[] all = new int[RouteSet.DESTINATIONS];
    for (int i = 0; i < parts.length; i++) {
      System.arraycopy(parts[i], 0, all, i * BURST, BURST);
    }
    return all;
  }
}
