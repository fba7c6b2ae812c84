package dev.heddle.control;

import java.util.List;

/**
 * A memif interface's connection at one moment.
 *
 * @param connected whether there is a peer
 * @param peer what the peer calls itself; empty while there is none
 * @param peerInterface what it calls its interface; likewise
 * @param lastReason why the last connection ended, or was not made; empty while none did
 * @param connects how often a peer became connected
 * @param disconnects how often one ceased to be
 * @param regionBytes size of each shared region
 * @param rings those that packets are received from, then those that they are transmitted to
 */
public record MemifPortStatus(
    boolean connected,
    String peer,
    String peerInterface,
    String lastReason,
    long connects,
    long disconnects,
    List<Long> regionBytes,
    List<Ring> rings) {
  /** There never was a connection. */
  public static final MemifPortStatus NONE =
      new MemifPortStatus(false, "", "", "", 0, 0, List.of(), List.of());

  /**
   * A ring.
   *
   * @param receive whether packets are received from it
   * @param queue its number among those of the same direction
   * @param size its descriptors
   * @param head index that the client moves, modulo 2^16
   * @param tail index that the server moves, likewise
   * @param free descriptors that packets could be put in
   * @param clientFills whether the other descriptors hold packets that the receiver has not taken
   *     out; else only the client knows
   * @param interrupts whether the receiver wants an interrupt for the next packet
   * @param bufferBytes of a buffer of ours; 0 where the buffers are the peer's
   */
  public record Ring(
      boolean receive,
      int queue,
      int size,
      int head,
      int tail,
      int free,
      boolean clientFills,
      boolean interrupts,
      int bufferBytes) {}
}
