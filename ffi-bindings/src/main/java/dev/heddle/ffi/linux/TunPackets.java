package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.iovec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Takes packets out of the queues of {@link Tun} and puts packets into them, from native memory, by
 * address. Belongs to one thread; allocates nothing. Others may use the same queues.
 */
public final class TunPackets {
  /** A result: nothing waits; or the device has no room for more. */
  public static final int NOTHING = 0;

  /** A result: the device is not up. */
  public static final int DOWN = -1;

  /** A result: the device is gone, and will not come back to this descriptor. */
  public static final int GONE = -2;

  /** A result: the device refuses the packet, most likely for what the header before it says. */
  public static final int REFUSED = -3;

  private static final MethodHandle READ =
      Libc.function("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle WRITEV =
      Libc.function("writev", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

  private static final long BASE = iovec.iov_base$offset();
  private static final long LENGTH = iovec.iov_len$offset();
  private static final long SECOND = iovec.sizeof();
  private static final MemoryLayout PIECES = MemoryLayout.sequenceLayout(2, iovec.layout());

  /** By errno. A table has no branch that compiled code would have to meet first. */
  private static final int[] RESULTS = results();

  private static final int ERRNO_MASK = 0xff;

  private static int[] results() {
    int[] results = new int[ERRNO_MASK + 1];
    results[Linux.EIO()] = DOWN;
    results[Linux.EBADFD()] = GONE;
    results[Linux.EINVAL()] = REFUSED;
    return results;
  }

  /** The calls of this class run on one thread, so that it needs no place a thread. */
  private final MemorySegment errnoPlace = Libc.newErrnoPlace();

  private final MemorySegment pieces = Arena.ofAuto().allocate(PIECES);

  /**
   * Takes one packet with the header before it.
   *
   * @param address where they go
   * @param bytes room there; a longer packet is cut off, and then fills it
   * @return bytes of both; {@link #NOTHING} or {@link #GONE}
   */
  public int read(int fd, long address, int bytes) {
    try {
      long read = (long) READ.invokeExact(errnoPlace, fd, address, (long) bytes);
      return read > 0 ? (int) read : reason();
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * Puts one packet in, which the kernel has copied when this returns.
   *
   * @param header address of its header
   * @param packet address of the packet, which need not follow the header
   * @return bytes of both; {@link #NOTHING}, {@link #DOWN}, {@link #GONE} or {@link #REFUSED}
   */
  public int write(int fd, long header, long packet, int bytes) {
    // Addresses as longs: a segment for each might be allocated.
    pieces.set(JAVA_LONG, BASE, header);
    pieces.set(JAVA_LONG, LENGTH, Tun.HEADER_BYTES);
    pieces.set(JAVA_LONG, SECOND + BASE, packet);
    pieces.set(JAVA_LONG, SECOND + LENGTH, bytes);
    try {
      long written = (long) WRITEV.invokeExact(errnoPlace, fd, pieces, 2);
      return written > 0 ? (int) written : reason();
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  private int reason() {
    return RESULTS[Libc.errno(errnoPlace) & ERRNO_MASK];
  }
}
