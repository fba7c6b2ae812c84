package dev.heddle.daemon;

import dev.heddle.control.Refusals;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Refusals of requests that are not transactions: object, field, value and remedy. */
public final class Refusal {
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
    return Refusals.ofRequest(status.getCode(), object, field, value, remedy);
  }
}
