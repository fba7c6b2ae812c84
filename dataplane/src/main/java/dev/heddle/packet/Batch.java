package dev.heddle.packet;

import java.lang.foreign.Arena;

/**
 * The packets of one poll, as parallel columns. A batch is reused for every poll of its worker;
 * nothing in it outlives the poll.
 *
 * <p>Each packet is addressed as an Ethernet frame. On an interface without Ethernet headers the
 * address lies {@link #ETHERNET_BYTES} before the packet, so that every offset is the same; those
 * first bytes are then not the frame's and must not be touched.
 *
 * <p>A packet's first {@link #HEADER_BYTES} are read from the sender's memory once, into the
 * packet's place at {@link #headers}. Whatever is decided is decided on that private copy, and the
 * copy is what goes out; the payload behind it is opaque. So a sender that changes its buffer after
 * the check changes only its own payload.
 */
public final class Batch {
  /** Most packets of one poll. */
  public static final int CAPACITY = 256;

  /** Bytes of a packet's beginning that are copied before anything is decided. */
  public static final int HEADER_BYTES = 64;

  public static final int ETHERNET_BYTES = 14;

  private static final int LOG2_HEADER_BYTES = 6;

  /**
   * Native address of the frame's first byte. {@link #HEADER_BYTES} from there on may be read,
   * however short the frame.
   */
  public final long[] frame = new long[CAPACITY];

  /** Bytes of the frame, Ethernet header included. */
  public final int[] lengthBytes = new int[CAPACITY];

  /** In {@link #egress}: the packet does not leave with its batch. */
  public static final int NO_EGRESS = -1;

  /**
   * Index of the interface that the packet leaves through, or {@link #NO_EGRESS}, once it is
   * routed.
   */
  public final int[] egress = new int[CAPACITY];

  /**
   * Segmentation and checksum state, valid only where {@link #hasOffloads} is set: the segment size
   * in bytes in the low 16 bits (0: not a large segment), bit 16 set where the transport checksum
   * is only partial and must be completed before the packet leaves for a peer that expects a
   * complete one.
   */
  public final int[] offload = new int[CAPACITY];

  /**
   * Whether any packet of this poll has a non-zero {@link #offload}. Receive queues set or clear it
   * on each poll.
   */
  public boolean hasOffloads;

  /** Number of packets. */
  public int count;

  private final long headers;

  /** Allocates from {@code arena}, which must outlive every use. */
  public Batch(Arena arena) {
    headers = arena.allocate((long) CAPACITY << LOG2_HEADER_BYTES, HEADER_BYTES).address();
  }

  /** Address of the first packet's private header; {@link #header} gives the others'. */
  public long headers() {
    return headers;
  }

  /** Address of a packet's private header, given that of the first one. */
  public static long header(long headers, int packet) {
    return headers + ((long) packet << LOG2_HEADER_BYTES);
  }
}
