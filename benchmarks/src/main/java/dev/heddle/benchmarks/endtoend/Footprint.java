package dev.heddle.benchmarks.endtoend;

import java.io.IOException;

/**
 * A daemon's memory.
 *
 * @param resident of the whole process
 * @param heap of live objects
 */
record Footprint(long resident, long heap) {
  static Footprint of(JvmProbe probe) throws IOException {
    long heap = probe.liveHeapBytes();
    return new Footprint(probe.settledResidentBytes(), heap);
  }

  Footprint since(Footprint earlier) {
    return new Footprint(resident - earlier.resident, heap - earlier.heap);
  }

  /**
   * Both together: the heap's pages are touched from the start, so that objects that fill them do
   * not show in the resident set. Where the heap has grown this counts some bytes twice.
   */
  double bytes() {
    return (double) resident + heap;
  }
}
