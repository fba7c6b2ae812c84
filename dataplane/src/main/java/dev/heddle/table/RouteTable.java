package dev.heddle.table;

/**
 * The routes of one VRF and address family on the control side, and the trie that workers look them
 * up in.
 *
 * <p>Changes belong to the transaction of the {@link RouteStore}: reads on this side see them at
 * once, {@link #root()} includes them after {@link RouteStore#prepare()}, and {@link
 * RouteStore#rollback()} undoes them.
 *
 * <p>Addresses are 128 bits in two longs, host byte order, left-aligned: an IPv4 address is the
 * upper half of the high long, see {@link #high4}. Threading: the control thread only.
 */
public final class RouteTable {
  /** Answered where there is no such route. */
  public static final int ABSENT = Rib.ABSENT;

  /** From so many different first 16 bits, or routes, on, a direct root pays for its 256 KiB. */
  private static final int DIRECT_FROM_GROUPS4 = 256;

  /** IPv6 space in use begins with few different 16 bits, and the root saves two steps in each. */
  private static final int DIRECT_FROM_GROUPS6 = 16;

  private static final int DIRECT_FROM_ROUTES = 8192;

  /** Up to so many routes, pages of 512 bytes each pay for themselves. */
  private static final int PAGED_TO_ROUTES = 2048;

  private static final int SMALLEST_DIRECT_ROUTES = 256;

  /** Above this share of changed routes, building anew is cheaper than changing. */
  private static final int REBUILD_FROM_CHANGES = 64;

  private static final int REBUILD_SHARE = 8;

  private final RouteStore store;
  private final int addressBits;
  private final Rib rib;
  private final UndoLog undo = new UndoLog();

  private State committed;
  private State current;
  private int preparedChanges;
  private boolean dropped;

  /**
   * What a transaction replaces as a whole.
   *
   * @param root handle of the trie
   * @param trieBytes memory of it
   * @param judgedSize number of routes when the kind of root was last decided on
   */
  private record State(long root, long trieBytes, int judgedSize) {}

  RouteTable(RouteStore store, int addressBits) {
    this.store = store;
    this.addressBits = addressBits;
    this.rib = new Rib(addressBits > 64);
    this.committed =
        new State(
            Lpm4.EMPTY_ROOT | store.memory().base() | TrieLayout.HANDLE_PAGED,
            0,
            SMALLEST_DIRECT_ROUTES / 2);
    this.current = committed;
  }

  /** An IPv4 address, host byte order, as the high long of the other methods. */
  public static long high4(int address) {
    return (long) address << 32;
  }

  /** Address length of the family: 32 or 128. */
  public int addressBits() {
    return addressBits;
  }

  public int size() {
    return rib.size();
  }

  /** Root handle for {@link Lpm4} or {@link Lpm6}: the state of the last prepared transaction. */
  public long root() {
    return current.root();
  }

  /** Bytes of lookup tables behind {@link #root()}. */
  public long trieBytes() {
    return current.trieBytes();
  }

  /**
   * Adds or replaces a route.
   *
   * @param value next hop index or counted route, bit 30 clear
   * @return the value the route had, or {@link #ABSENT}
   * @throws IllegalArgumentException if the length is out of range, address bits beyond it are set,
   *     or the value is out of range
   */
  public int put(long high, long low, int length, int value) {
    check(high, low, length);
    if ((value & TrieLayout.NO_VALUE_BIT) != 0) {
      throw new IllegalArgumentException("value: " + value + " does not fit in 30 bits");
    }
    int old = rib.put(high, low, length, value);
    if (old != value) {
      log(high, low, length, old);
    }
    return old;
  }

  /**
   * Removes a route.
   *
   * @return the value the route had, or {@link #ABSENT}
   */
  public int remove(long high, long low, int length) {
    check(high, low, length);
    int old = rib.remove(high, low, length);
    if (old != ABSENT) {
      log(high, low, length, old);
    }
    return old;
  }

  /** The value of exactly this route, or {@link #ABSENT}. */
  public int get(long high, long low, int length) {
    check(high, low, length);
    return rib.get(high, low, length);
  }

  /** The value of the longest prefix that covers an address, or {@link #ABSENT}. */
  public int longestMatch(long high, long low) {
    return rib.longestMatch(high, low, addressBits);
  }

  /** Shows all routes in order: by address, shorter prefixes first. */
  public void forEach(RouteVisitor visitor) {
    RibCursor cursor = new RibCursor();
    for (rib.seek(cursor, 0, 0, 0); !cursor.atEnd(); cursor.advance()) {
      visitor.route(cursor.high(), cursor.low(), cursor.length(), cursor.value());
    }
  }

  /**
   * Shows routes in that order from a prefix on, which need not be there.
   *
   * @param limit how many at most
   */
  public void forEachFrom(long high, long low, int length, int limit, RouteVisitor visitor) {
    check(high, low, length);
    RibCursor cursor = new RibCursor();
    rib.seek(cursor, high, low, length);
    for (int i = 0; i < limit && !cursor.atEnd(); i++, cursor.advance()) {
      visitor.route(cursor.high(), cursor.low(), cursor.length(), cursor.value());
    }
  }

  /** All routes as they are now, for another thread, whatever changes meanwhile. */
  public SharedRoutes share() {
    return new SharedRoutes(rib.share());
  }

  /** Derives the trie of the changed routes. */
  void prepare(TrieWriter writer, TableMemory memory) {
    long usedBefore = memory.usedBytes();
    long flags = wantedFlags();
    int judgedSize = judgesAnew() ? rib.size() : current.judgedSize();
    int changes = undo.size() - preparedChanges;
    long root = current.root();
    if (dropped) {
      writer.retire(root);
      root = Lpm4.EMPTY_ROOT;
    } else if (flags != flags(root)
        || changes >= REBUILD_FROM_CHANGES && changes > rib.size() / REBUILD_SHARE) {
      root = writer.rebuild(root, rib, flags);
    } else {
      boolean ownRoot = root != committed.root();
      for (int i = preparedChanges; i < undo.size(); i++) {
        root = writer.update(root, rib, undo.high(i), undo.low(i), undo.length(i), ownRoot);
        ownRoot = true;
      }
    }
    preparedChanges = undo.size();
    current = new State(root, current.trieBytes() + memory.usedBytes() - usedBefore, judgedSize);
  }

  void drop() {
    dropped = true;
  }

  void commit() {
    committed = current;
    undo.clear();
    preparedChanges = 0;
  }

  void rollback() {
    for (int i = undo.size() - 1; i >= 0; i--) {
      if (undo.old(i) == ABSENT) {
        rib.remove(undo.high(i), undo.low(i), undo.length(i));
      } else {
        rib.put(undo.high(i), undo.low(i), undo.length(i), undo.old(i));
      }
    }
    undo.clear();
    preparedChanges = 0;
    dropped = false;
    current = committed;
  }

  private void log(long high, long low, int length, int old) {
    undo.add(high, low, length, old);
    store.touched(this);
  }

  private boolean judgesAnew() {
    int size = rib.size();
    return size >= 2 * current.judgedSize() || size <= current.judgedSize() / 2;
  }

  private static long flags(long root) {
    return root & (TrieLayout.HANDLE_DIRECT | TrieLayout.HANDLE_PAGED);
  }

  /** The kind of root; changes only when the table has doubled or halved, so it does not swing. */
  private long wantedFlags() {
    if (!judgesAnew()) {
      return flags(current.root());
    }
    int size = rib.size();
    long flags = size <= PAGED_TO_ROUTES ? TrieLayout.HANDLE_PAGED : 0;
    int directFromGroups = addressBits == 32 ? DIRECT_FROM_GROUPS4 : DIRECT_FROM_GROUPS6;
    boolean direct =
        size >= DIRECT_FROM_ROUTES
            || size >= SMALLEST_DIRECT_ROUTES
                && rib.countGroups16(directFromGroups) >= directFromGroups;
    return direct ? flags | TrieLayout.HANDLE_DIRECT : flags;
  }

  private void check(long high, long low, int length) {
    if (length < 0 || length > addressBits) {
      throw new IllegalArgumentException(
          "length: " + length + " is not between 0 and " + addressBits);
    }
    if (Prefixes.maskHigh(high, length) != high || Prefixes.maskLow(low, length) != low) {
      throw new IllegalArgumentException(
          String.format("prefix: %016x%016x has bits set beyond /%d", high, low, length));
    }
  }
}
