package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.memory.ReservedMemory;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.table.NextHops;

/**
 * A worker's packets and bytes by counted route. Address space is reserved for all route ids; only
 * those in use take memory. Written by the worker alone, with plain stores; readable by any thread.
 */
public final class RouteCounters implements AutoCloseable {
  private static final int LOG2_ENTRY_BYTES = 4;

  private final ReservedMemory memory;
  private final long address;

  public RouteCounters() {
    memory = ReservedMemory.reserve((long) NextHops.MAX_COUNTED_ROUTES << LOG2_ENTRY_BYTES);
    address = memory.address();
  }

  /**
   * Adds a batch. The counters of a large table lie in memory far from the processor: this loop
   * does nothing else, so that their cache misses overlap.
   */
  void add(CountedRoutes counted) {
    int count = counted.count();
    for (int i = 0; i < count; i++) {
      long entry = address + ((long) counted.route(i) << LOG2_ENTRY_BYTES);
      Memory.putLong(entry, Memory.getLong(entry) + 1);
      Memory.putLong(entry + 8, Memory.getLong(entry + 8) + counted.bytes(i));
    }
  }

  public long packets(int routeId) {
    return Memory.getLong(address + ((long) routeId << LOG2_ENTRY_BYTES));
  }

  public long bytes(int routeId) {
    return Memory.getLong(address + ((long) routeId << LOG2_ENTRY_BYTES) + 8);
  }

  /** Begins at zero again, for a route id that the worker does not look up any more. */
  void clear(int routeId) {
    long entry = address + ((long) routeId << LOG2_ENTRY_BYTES);
    Memory.putLong(entry, 0);
    Memory.putLong(entry + 8, 0);
  }

  /** Gives the memory back; nobody may count or read any more. */
  @Override
  public void close() {
    memory.close();
  }
}
