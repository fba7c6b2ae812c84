package dev.heddle.table;

/**
 * The routes of a {@link RouteTable} as they were at one moment, in order, one after the other. It
 * has what changed since to itself, and the rest together with the table.
 *
 * <p>Threading: one thread at a time, any.
 */
public final class SharedRoutes {
  private final RibCursor cursor = new RibCursor();

  SharedRoutes(SharedRib rib) {
    rib.seek(cursor);
  }

  /** Whether there is no further route. */
  public boolean atEnd() {
    return cursor.atEnd();
  }

  /** Shows the next route, which is the same until {@link #advance}. */
  public void show(RouteVisitor visitor) {
    visitor.route(cursor.high(), cursor.low(), cursor.length(), cursor.value());
  }

  /** Goes on behind it. */
  public void advance() {
    cursor.advance();
  }
}
