package dev.heddle.ffi.pcap;

/** A filter cannot be had; the message says why, for the operator. */
public final class FilterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FilterException(String message) {
    super(message);
  }
}
