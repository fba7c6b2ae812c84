package dev.heddle.compile;

import dev.heddle.table.NextHops;

/** There would be more routes that count than there are counters; undo the update then. */
public final class CountedRoutesExhaustedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CountedRoutesExhaustedException() {
    super(
        "counted routes: there are counters for "
            + NextHops.MAX_COUNTED_ROUTES
            + "; create networks of many routes without count_routes");
  }
}
