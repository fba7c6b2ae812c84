package dev.heddle.stage;

import dev.heddle.observe.DropReason;

/**
 * What became of a packet that the router looked at, packed into a long: its own fate and the reply
 * that may have been made of it.
 *
 * <pre>
 * bits  0..15  fate: 0 transit (the caller routes it), 1 consumed, else 2 + drop reason's ordinal
 * bits 16..31  bytes of the reply frame, 0 if there is none
 * bits 32..47  where the reply frame starts, as a signed offset from the received frame
 * bit  48      an ICMP error was due, but its rate limit is used up
 * </pre>
 *
 * The reply lies in the same buffer and leaves through the interface that the packet came in on. In
 * the accounts, the received packet counts as consumed or dropped and its reply as originated.
 */
public final class Response {
  static final long TRANSIT = 0;
  static final long CONSUMED = 1;

  private static final int FIRST_DROP_REASON = 2;
  private static final int REPLY_BYTES_SHIFT = 16;
  private static final int REPLY_OFFSET_SHIFT = 32;
  private static final long RATE_LIMITED = 1L << 48;
  private static final int FIELD_MASK = 0xffff;

  private Response() {}

  /** Whether the packet is to be forwarded: it passed every check and is not for the router. */
  public static boolean isTransit(long response) {
    return (response & FIELD_MASK) == TRANSIT;
  }

  /** Whether the packet was for the router, which took it. */
  public static boolean isConsumed(long response) {
    return (response & FIELD_MASK) == CONSUMED;
  }

  /** Ordinal of the {@link DropReason} of a packet that is neither transit nor consumed. */
  public static int dropReason(long response) {
    return (int) (response & FIELD_MASK) - FIRST_DROP_REASON;
  }

  /** Bytes of the reply frame, 0 if there is none. */
  public static int replyBytes(long response) {
    return (int) (response >>> REPLY_BYTES_SHIFT) & FIELD_MASK;
  }

  /** Offset of the reply frame's first byte from the received frame's; may be negative. */
  public static int replyOffset(long response) {
    return (short) (response >>> REPLY_OFFSET_SHIFT);
  }

  /** Whether an ICMP error about the packet was due, but not sent because of its rate limit. */
  public static boolean isRateLimited(long response) {
    return (response & RATE_LIMITED) != 0;
  }

  static long dropped(DropReason reason) {
    return FIRST_DROP_REASON + reason.ordinal();
  }

  /** For a verdict of {@link Ip4Checks} or {@link Ip6Checks} other than 0. */
  static long refused(int verdict) {
    return FIRST_DROP_REASON - 1L + verdict;
  }

  static long withReply(long fate, int offset, int bytes) {
    return fate
        | (long) bytes << REPLY_BYTES_SHIFT
        | (offset & (long) FIELD_MASK) << REPLY_OFFSET_SHIFT;
  }

  static long rateLimited(long fate) {
    return fate | RATE_LIMITED;
  }
}
