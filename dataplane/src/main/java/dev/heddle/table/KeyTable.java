package dev.heddle.table;

/**
 * An immutable hash table from keys of 128 bits to small numbers: VXLAN network identifiers to
 * networks, addresses to nodes. Any thread may look up; nothing is allocated then.
 */
public final class KeyTable {
  /** What a key that is not there yields. */
  public static final int NONE = -1;

  /** A table without keys. */
  public static final KeyTable EMPTY = new Builder(0).build();

  private static final long MAPPED_IPV4 = 0xffff_0000_0000L;
  private static final int LONGS_PER_SLOT = 3;

  /** Slots of three longs: high and low half of a key, and its number plus 1 or 0 where empty. */
  private final long[] slots;

  private final int mask;

  private KeyTable(long[] slots) {
    this.slots = slots;
    this.mask = slots.length / LONGS_PER_SLOT - 1;
  }

  /** The number of a key; {@link #NONE} where it has none. */
  public int get(long high, long low) {
    int slot = hash(high, low) & mask;
    while (true) {
      int at = slot * LONGS_PER_SLOT;
      long number = slots[at + 2];
      if (number == 0 || slots[at] == high && slots[at + 1] == low) {
        return (int) number - 1;
      }
      slot = slot + 1 & mask;
    }
  }

  /** The number of a key that fits 32 bits, such as a VXLAN network identifier. */
  public int get(int key) {
    return get(0, Integer.toUnsignedLong(key));
  }

  /** The number of an IPv4 address, host byte order, in a table that has IPv6 ones, too. */
  public int getAddress4(int address) {
    return get(0, MAPPED_IPV4 | Integer.toUnsignedLong(address));
  }

  private static int hash(long high, long low) {
    long hash = (high * 0x9E3779B97F4A7C15L ^ low) * 0xC2B2AE3D27D4EB4FL;
    return (int) (hash >>> 32) ^ (int) (hash >>> 48);
  }

  /** Collects the keys of a table. One thread. */
  public static final class Builder {
    private final long[] slots;
    private int room;

    /**
     * @param keys how many there will be at most
     */
    public Builder(int keys) {
      // At most half full, so that a key that is not there is found missing soon.
      int count = Math.max(2, Integer.highestOneBit(Math.max(1, keys)) * 4);
      slots = new long[count * LONGS_PER_SLOT];
      room = keys;
    }

    /** Adds a key. */
    public Builder put(long high, long low, int number) {
      int mask = slots.length / LONGS_PER_SLOT - 1;
      int slot = hash(high, low) & mask;
      while (slots[slot * LONGS_PER_SLOT + 2] != 0) {
        if (slots[slot * LONGS_PER_SLOT] == high && slots[slot * LONGS_PER_SLOT + 1] == low) {
          throw new IllegalArgumentException("key is there already: " + high + ", " + low);
        }
        slot = slot + 1 & mask;
      }
      if (--room < 0) {
        throw new IllegalStateException("more keys than announced");
      }
      slots[slot * LONGS_PER_SLOT] = high;
      slots[slot * LONGS_PER_SLOT + 1] = low;
      slots[slot * LONGS_PER_SLOT + 2] = number + 1L;
      return this;
    }

    /** Adds a key that fits 32 bits. */
    public Builder put(int key, int number) {
      return put(0, Integer.toUnsignedLong(key), number);
    }

    /** Adds an IPv4 address, host byte order. */
    public Builder putAddress4(int address, int number) {
      return put(0, MAPPED_IPV4 | Integer.toUnsignedLong(address), number);
    }

    /** The table; nothing may be added any more. */
    public KeyTable build() {
      return new KeyTable(slots);
    }
  }
}
