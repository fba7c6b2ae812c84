package dev.heddle.cli;

/** Ends a command with a message about its command line and exit status 2. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
