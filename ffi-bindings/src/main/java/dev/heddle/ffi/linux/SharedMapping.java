package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.heddle.ffi.linux.generated.Linux;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A file mapped into this process, readable, writable and shared with everybody else who maps it,
 * see mmap(2).
 *
 * <p>Reach it with {@code dev.heddle.memory.Memory}, whose methods check nothing. Whoever closes a
 * mapping makes sure before that no thread touches it any more.
 */
@SuppressWarnings("restricted")
public final class SharedMapping implements AutoCloseable {
  private static final MethodHandle MMAP =
      Libc.function("mmap", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = Libc.function("munmap", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle MADVISE =
      Libc.function("madvise", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

  /** What mmap returns instead of an address, {@code MAP_FAILED}. */
  private static final long FAILED = -1;

  private static final long PAGE_BYTES = 4096;

  private final long address;
  private final long bytes;
  private boolean isClosed;

  private SharedMapping(long address, long bytes) {
    this.address = address;
    this.bytes = bytes;
  }

  /** Maps the first bytes of a file. The descriptor may be closed afterwards. */
  public static SharedMapping of(int fd, long bytes) {
    try {
      int protection = Linux.PROT_READ() | Linux.PROT_WRITE();
      MemorySegment mapped =
          (MemorySegment)
              MMAP.invokeExact(
                  Libc.errnoPlace(),
                  MemorySegment.NULL,
                  bytes,
                  protection,
                  Linux.MAP_SHARED(),
                  fd,
                  /* offset */ 0L);
      if (mapped.address() == FAILED) {
        throw Libc.failed("map " + bytes + " bytes of descriptor " + fd);
      }
      return new SharedMapping(mapped.address(), bytes);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** Where the file's first byte is mapped; a multiple of the page size. */
  public long address() {
    return address;
  }

  public long bytes() {
    return bytes;
  }

  /** The mapped memory with bounds, for code that is in no hurry. Not to be used after close. */
  public MemorySegment segment() {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /**
   * Gives every page its memory now, so that no later access has to wait for it.
   *
   * @throws LinuxException where there is not enough memory, instead of a fault later
   */
  public void populate() {
    advise(Linux.MADV_POPULATE_WRITE(), "populate");
  }

  /** Leaves the memory out of core dumps: its content is tenants' packets. */
  public void excludeFromCoreDump() {
    advise(Linux.MADV_DONTDUMP(), "exclude from core dumps");
  }

  /**
   * Whether all pages of a mapped range can be touched, by asking the kernel instead of touching
   * them: it gives them their memory, or says that an access would raise SIGBUS.
   *
   * @param address first byte, wherever it lies in its page
   */
  public static boolean isPresent(long address, long bytes) {
    long start = address & -PAGE_BYTES;
    try {
      int result =
          (int)
              MADVISE.invokeExact(
                  Libc.errnoPlace(),
                  MemorySegment.ofAddress(start),
                  address + bytes - start,
                  Linux.MADV_POPULATE_WRITE());
      return result == 0 || Libc.errno() != Linux.EFAULT();
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  private void advise(int advice, String attempted) {
    try {
      MemorySegment start = MemorySegment.ofAddress(address);
      if ((int) MADVISE.invokeExact(Libc.errnoPlace(), start, bytes, advice) < 0) {
        throw Libc.failed(attempted + " a mapping of " + bytes + " bytes");
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try {
      MemorySegment start = MemorySegment.ofAddress(address);
      if ((int) MUNMAP.invokeExact(Libc.errnoPlace(), start, bytes) < 0) {
        throw Libc.failed("unmap " + bytes + " bytes");
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }
}
