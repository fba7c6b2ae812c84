package dev.heddle.api.policy;

/** An expression is no selector. The message says what was expected, and at which character. */
public final class SelectorException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final int position;

  SelectorException(String expression, int position, String expected) {
    super(
        "'%s' is no selector: at character %d, %s was expected"
            .formatted(expression, position + 1, expected));
    this.position = position;
  }

  /** Where reading stopped, counted from 0. */
  public int position() {
    return position;
  }
}
