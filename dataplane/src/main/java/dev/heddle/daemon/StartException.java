package dev.heddle.daemon;

/** The daemon cannot start as it is told to; the message names option, value and remedy. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
