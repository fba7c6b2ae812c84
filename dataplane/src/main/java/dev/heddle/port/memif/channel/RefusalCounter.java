package dev.heddle.port.memif.channel;

/** Where a refusal is counted: at an interface, or at a socket as long as none is named. */
interface RefusalCounter {
  /**
   * @param reason says it in detail, for operators
   */
  void count(LinkRefusal refusal, String reason);
}
