package dev.heddle.port.memif.channel;

/** The connection ended without a word. */
final class PeerGoneException extends Exception {
  private static final long serialVersionUID = 1L;

  PeerGoneException(String message) {
    super(message, null, false, false);
  }
}
