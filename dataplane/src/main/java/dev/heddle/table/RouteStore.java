package dev.heddle.table;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * All route tables of a daemon, their off-heap memory, and the one transaction that is under way.
 *
 * <p>The control thread changes {@link RouteTable}s, calls {@link #prepare()}, publishes their new
 * roots in {@link Tables} under a new revision, and calls {@link #seal} with that revision. Readers
 * of older revisions go on undisturbed. Once every worker runs a revision, {@link #reclaim} with it
 * frees what only older ones used. Whatever fails before publishing is undone by {@link
 * #rollback()}; {@code prepare} does so itself before it throws.
 *
 * <p>Threading: the control thread only. Close it only when no worker looks up any more.
 */
public final class RouteStore implements AutoCloseable {
  /** Largest limit of a store's memory: what references in tries can tell apart. */
  public static final long MAX_LIMIT_BYTES = TableMemory.MAX_LIMIT_BYTES;

  private final TableMemory memory;
  private final TrieWriter writer;
  private final Set<RouteTable> touched = new LinkedHashSet<>();

  /**
   * @param limitBytes most bytes that lookup tables may take, 4 KiB to {@link #MAX_LIMIT_BYTES}.
   *     Only what is used becomes resident. A change of a whole table needs room for the old and
   *     the new one
   */
  public RouteStore(long limitBytes) {
    memory = new TableMemory(limitBytes);
    writer = new TrieWriter(memory);
  }

  /** A new, empty IPv4 table; it takes no off-heap memory until it has routes. */
  public RouteTable create4() {
    return new RouteTable(this, 32);
  }

  /** A new, empty IPv6 table; it takes no off-heap memory until it has routes. */
  public RouteTable create6() {
    return new RouteTable(this, 128);
  }

  /** Gives up a table with this transaction; it must not be used after {@link #seal}. */
  public void drop(RouteTable table) {
    table.drop();
    touched.add(table);
  }

  /**
   * Derives the tries of all changed tables, so that {@link RouteTable#root()} has the new roots.
   *
   * @throws TableMemoryExhaustedException if the limit would be exceeded; the transaction has then
   *     been rolled back
   */
  public void prepare() {
    try {
      for (RouteTable table : touched) {
        table.prepare(writer, memory);
      }
    } catch (TableMemoryExhaustedException e) {
      rollback();
      throw e;
    }
  }

  /**
   * Ends the transaction, whose roots are published.
   *
   * @param revision first revision whose readers use the new roots
   */
  public void seal(long revision) {
    touched.forEach(RouteTable::commit);
    touched.clear();
    memory.seal(revision);
  }

  /** Ends the transaction as if it had never begun. */
  public void rollback() {
    touched.forEach(RouteTable::rollback);
    touched.clear();
    memory.rollback();
  }

  /** Frees what only readers of revisions before this one used; there are none any more. */
  public void reclaim(long revision) {
    memory.reclaim(revision);
  }

  /** Bytes of all tables' newest version. */
  public long usedBytes() {
    return memory.usedBytes();
  }

  /** Bytes of older versions that wait for {@link #reclaim}. */
  public long retiredBytes() {
    return memory.retiredBytes();
  }

  /** Bytes of off-heap memory ever touched: an upper bound of its resident size. */
  public long footprintBytes() {
    return memory.footprintBytes();
  }

  @Override
  public void close() {
    memory.close();
  }

  void touched(RouteTable table) {
    touched.add(table);
  }

  TableMemory memory() {
    return memory;
  }
}
