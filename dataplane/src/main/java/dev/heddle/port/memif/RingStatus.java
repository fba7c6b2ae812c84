package dev.heddle.port.memif;

import dev.heddle.memory.Memory;

/**
 * A memif ring as both sides left it last. The peer may have written anything.
 *
 * @param receive whether we take packets from it
 * @param queue its number among those of the same direction
 * @param size its descriptors
 * @param head index that the client moves, modulo 2^16
 * @param tail index that the server moves, likewise
 * @param free descriptors that packets could be put in, 0 to the size
 * @param clientFills whether the other descriptors hold packets that the receiver has not taken
 *     out; in a ring that the server fills, only the client knows
 * @param interrupts whether the receiver wants an interrupt for the next packet
 * @param bufferBytes of a buffer of ours; 0 where the buffers are the peer's
 */
public record RingStatus(
    boolean receive,
    int queue,
    int size,
    int head,
    int tail,
    int free,
    boolean clientFills,
    boolean interrupts,
    int bufferBytes) {
  private static final int INDEX_MASK = 0xffff;

  /**
   * Reads a ring, whose memory must be mapped.
   *
   * @param server whether we are the server
   * @throws InternalError where the peer has taken the memory away, perhaps later; see {@link
   *     Memory#raiseFaults}
   */
  public static RingStatus of(MemifLink.Ring ring, boolean server, boolean receive, int queue) {
    int size = 1 << ring.log2Size();
    int head = RingLayout.indexAcquire(ring.address(), RingLayout.HEAD_OFFSET);
    int tail = RingLayout.indexAcquire(ring.address(), RingLayout.TAIL_OFFSET);
    int flags = RingLayout.indexAcquire(ring.address(), RingLayout.FLAGS_OFFSET);
    int ahead = Math.min(head - tail & INDEX_MASK, size);
    boolean clientFills = receive == server;
    return new RingStatus(
        receive,
        queue,
        size,
        head,
        tail,
        clientFills ? size - ahead : ahead,
        clientFills,
        (flags & RingLayout.FLAG_MASK_INTERRUPT) == 0,
        ring.bufferBytes());
  }
}
