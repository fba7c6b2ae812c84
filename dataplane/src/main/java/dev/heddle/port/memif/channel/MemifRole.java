package dev.heddle.port.memif.channel;

/** Which end of the connection we are. */
public enum MemifRole {
  /** Listens; the peer brings rings and buffers. Also called master. */
  SERVER,
  /** Connects; brings rings and buffers. Also called slave. */
  CLIENT
}
