package dev.heddle.port.memif.channel;

/**
 * A peer broke a rule of the control channel. It carries no stack trace: a hostile peer may cause
 * any number of them.
 */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final LinkRefusal refusal;

  /**
   * @param detail what the peer is told in DISCONNECT and operators see as the last reason
   */
  RefusedException(LinkRefusal refusal, String detail) {
    super(detail, null, false, false);
    this.refusal = refusal;
  }

  LinkRefusal refusal() {
    return refusal;
  }
}
