package dev.heddle.daemon;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Refusals of requests that are not transactions: object, field, value and remedy. */
public final class Refusal {
  private static final int MAX_SHOWN_CHARS = 64;

  private Refusal() {}

  /** A field holds what makes no sense. */
  public static StatusRuntimeException invalid(
      String object, String field, String value, String remedy) {
    return of(Status.INVALID_ARGUMENT, object, field, value, remedy);
  }

  /**
   * Any refusal.
   *
   * @param value that came from outside; it is shown short and without control characters
   */
  public static StatusRuntimeException of(
      Status status, String object, String field, String value, String remedy) {
    String shown =
        value.length() <= MAX_SHOWN_CHARS ? value : value.substring(0, MAX_SHOWN_CHARS) + "...";
    String text = shown.isEmpty() ? "(empty)" : shown.replaceAll("\\p{Cntrl}", "?");
    return status
        .withDescription("%s: %s %s: %s".formatted(object, field, text, remedy))
        .asRuntimeException();
  }
}
