package dev.heddle.packet;

/**
 * The packets of one poll, as parallel columns. A batch is reused for every poll of its worker;
 * nothing in it outlives the poll.
 *
 * <p>Each packet is addressed as an Ethernet frame. On an interface without Ethernet headers the
 * address lies {@link #ETHERNET_BYTES} before the packet, so that every offset is the same; those
 * first bytes are then not the frame's and must not be touched.
 *
 * <p>The frames stay in the sender's memory, who may change them at any time. So a column that was
 * made from a frame is only an assumption: whoever forwards the packet loads its header into
 * registers once, compares it with the columns, and sends what it loaded.
 */
public final class Batch {
  /** Most packets of one poll. */
  public static final int CAPACITY = 256;

  /** Bytes of a packet's beginning that its headers take at most. */
  public static final int HEADER_BYTES = 64;

  /** Bytes that a tunnel may have put before them. */
  private static final int MAX_OUTER_BYTES = 70;

  /** Bytes from a packet's first one that may be read, however short the packet. */
  public static final int READABLE_BYTES = MAX_OUTER_BYTES + HEADER_BYTES;

  public static final int ETHERNET_BYTES = 14;

  /** See {@link #offload}. */
  public static final int OFFLOAD_HEADROOM_BYTES = 128;

  /** Largest frame with an {@link #offload}: an IPv4 packet of 65,535 bytes. */
  public static final int OFFLOAD_FRAME_BYTES = 65_535 + ETHERNET_BYTES;

  /** In {@link #egress}: the packet does not leave with its batch. */
  public static final int NO_EGRESS = -1;

  /** In {@link #egress}: the packet has been dropped, and counted. */
  public static final int DROPPED = -2;

  /**
   * Native address of the frame's first byte. {@link #READABLE_BYTES} from there on may be read,
   * however short the frame; {@link #HEADER_BYTES} if it came out of a tunnel.
   */
  public final long[] frame = new long[CAPACITY];

  /**
   * Where the first {@link #HEADER_BYTES} of each frame are read: the frames themselves, unless
   * {@link #useHeaders} said otherwise.
   */
  public long[] header = frame;

  /** Bytes of the frame, Ethernet header included. */
  public final int[] lengthBytes = new int[CAPACITY];

  /**
   * Eight bytes from where IPv4 has its destination address, as a little-endian load gives them,
   * whatever the packet is.
   */
  public final long[] destinationBytes4 = new long[CAPACITY];

  /** The IPv4 destination address among them, in host byte order. */
  public final int[] destination4 = new int[CAPACITY];

  /** First 64 bits of an IPv6 packet's destination address, in host byte order. */
  public final long[] destination6High = new long[CAPACITY];

  /** Last 64 bits of it. */
  public final long[] destination6Low = new long[CAPACITY];

  /**
   * Where {@link #sourcesChecked} is set, the source address that was checked, as little-endian
   * loads of the header give it: first 64 bits, 0 for IPv4.
   */
  public final long[] sourceHigh = new long[CAPACITY];

  /** Last 64 bits of it, or the IPv4 address. */
  public final long[] sourceLow = new long[CAPACITY];

  /** What the lookup of the destination gave: a next hop or a counted route. */
  public final int[] route = new int[CAPACITY];

  /** Where the next hop stands in the table of next hops. */
  public final int[] hop = new int[CAPACITY];

  /** Index of the interface that the next hop is reached through, or {@link #NO_EGRESS}. */
  public final int[] egress = new int[CAPACITY];

  /**
   * What the sender left to do, as {@link Offload} describes it; valid only where {@link
   * #hasOffloads} is set. Of a packet with any, the frame lies in memory of our own, with at least
   * {@link #OFFLOAD_HEADROOM_BYTES} writable before it, and may have up to {@link
   * #OFFLOAD_FRAME_BYTES}.
   */
  public final long[] offload = new long[CAPACITY];

  /** Whether any packet of this poll has an {@link #offload}. Receive queues say so each time. */
  public boolean hasOffloads;

  /**
   * Bytes of the outer headers that stand before each frame, where the packets came out of a
   * tunnel; else 0.
   */
  public int outerBytes;

  /**
   * Whether {@link #sourceHigh} and {@link #sourceLow} say what sources the packets may have,
   * instead of the attachment of the interface that they came in on.
   */
  public boolean sourcesChecked;

  /** Number of packets. */
  public int count;

  /** Headers are read from copies: whoever decided by them sends what it decided about. */
  public void useHeaders(long[] copies) {
    header = copies;
  }

  /** Headers are read where the frames are. */
  public void useFrames() {
    header = frame;
  }

  /** Bytes of all packets, Ethernet headers included. */
  public long bytes() {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += lengthBytes[i];
    }
    return bytes;
  }
}
