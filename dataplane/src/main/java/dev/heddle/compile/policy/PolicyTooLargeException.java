package dev.heddle.compile.policy;

/** A policy's program would take more memory than one may; undo the update then. */
public final class PolicyTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PolicyTooLargeException(String message) {
    super(message);
  }
}
