package dev.heddle.table;

import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;

/**
 * The MAC addresses of neighbours on the underlay, by neighbour index: one long each, the address
 * in the low 48 bits with the first byte on the wire lowest; 0 where it is not known.
 *
 * <p>One thread writes, workers read. They may see a new address a little later, never half of it.
 */
public final class Neighbours {
  /** Neighbour indexes are below this number. */
  public static final int CAPACITY = 1 << 17;

  private final long address;

  /** Nobody is resolved. Allocates from {@code arena}, which must outlive every use. */
  public Neighbours(Arena arena) {
    address = arena.allocate((long) CAPACITY * Long.BYTES, 64).address();
  }

  /** The MAC address of a neighbour; 0 while it is not known. */
  public long mac(int neighbour) {
    return Memory.getLong(address + (long) neighbour * Long.BYTES);
  }

  /** Lets workers send to a neighbour or, with 0, no more. */
  public void set(int neighbour, long mac) {
    if (neighbour < 0 || neighbour >= CAPACITY || mac >>> 48 != 0) {
      throw new IllegalArgumentException(
          "no neighbour %d or no address %x".formatted(neighbour, mac));
    }
    Memory.putLongRelease(address + (long) neighbour * Long.BYTES, mac);
  }
}
