package dev.heddle.api.stats;

/** A counters file cannot be read: it is missing, of another version or not one at all. */
public final class CountersFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CountersFileException(String message) {
    super(message);
  }
}
