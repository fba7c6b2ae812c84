package dev.heddle.port.memif.channel;

/** Where a refusal is counted: at an interface, or at a socket as long as none is named. */
interface RefusalCounter {
  void count(LinkRefusal refusal);
}
