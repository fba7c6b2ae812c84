package dev.heddle.compile;

/** There would be more routes than there is room for; undo the update then. */
public final class RoutesExhaustedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RoutesExhaustedException(String message) {
    super(message);
  }
}
