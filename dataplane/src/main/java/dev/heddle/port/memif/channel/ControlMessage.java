package dev.heddle.port.memif.channel;

/** A memif 2.0 control message, with unsigned fields widened to the next signed type. */
sealed interface ControlMessage {
  /** The one protocol version there is: 2.0. */
  int VERSION = 0x0200;

  /** The server's offer. The maxima are the highest indexes it accepts, not counts. */
  record Hello(
      String instanceName,
      int minVersion,
      int maxVersion,
      int maxRegionIndex,
      int maxServerToClientRingIndex,
      int maxClientToServerRingIndex,
      int maxLog2RingSize)
      implements ControlMessage {}

  /**
   * Which interface the client wants.
   *
   * @param mode the wire value of {@link MemifMode}
   */
  record Init(int version, long id, int mode, MemifSecret secret, String instanceName)
      implements ControlMessage {}

  /** Shares a region; its memfd comes with the message. */
  record AddRegion(int index, long bytes) implements ControlMessage {}

  /** Places a ring in a region; its eventfd comes with the message. */
  record AddRing(
      boolean clientToServer,
      int index,
      int region,
      long offsetBytes,
      int log2Size,
      int privateHeaderBytes)
      implements ControlMessage {}

  /** All is shared. */
  record Connect(String interfaceName) implements ControlMessage {}

  /** All is accepted: packets may flow. */
  record Connected(String interfaceName) implements ControlMessage {}

  /** The end, from either side. */
  record Disconnect(long code, String reason) implements ControlMessage {}

  /** The last message of the client is accepted. */
  record Ack() implements ControlMessage {}

  /** A type that protocol 2.0 does not know. */
  record Unknown(int type) implements ControlMessage {}
}
