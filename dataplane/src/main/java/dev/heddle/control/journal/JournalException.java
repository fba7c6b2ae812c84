package dev.heddle.control.journal;

/** The journal cannot be read or written. The message names the file and what to do. */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1;

  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
