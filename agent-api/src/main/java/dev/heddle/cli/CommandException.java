package dev.heddle.cli;

/** Ends a command with a message for the operator and exit status 1. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandException(String message) {
    super(message);
  }
}
