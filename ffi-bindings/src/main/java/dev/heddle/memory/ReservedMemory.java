package dev.heddle.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A range of zeroed anonymous memory that takes address space at once and pages only when touched,
 * in transparent huge pages where the kernel grants them.
 *
 * <p>The address is a multiple of {@link #ALIGNMENT_BYTES} and lies below {@link #END_ADDRESS}. So
 * an address inside splits by masks into base and 32-bit offset, and base plus offset provably
 * stays inside the range that {@link Memory} masks addresses to: compiled code needs no mask.
 *
 * <p>Threading: create and close on one thread; {@link #close()} only when nobody reads any more.
 */
@SuppressWarnings("restricted")
public final class ReservedMemory implements AutoCloseable {
  /** The largest range that can be reserved, and the alignment of each. */
  public static final long ALIGNMENT_BYTES = 1L << 32;

  /** All reserved memory lies below this address. */
  public static final long END_ADDRESS = 1L << 46;

  private static final long FIRST_ADDRESS = 1L << 44;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
  private static final int MAP_FIXED_NOREPLACE = 0x100000;
  private static final int MADV_HUGEPAGE = 14;

  private static final MethodHandle MMAP =
      libc(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MUNMAP =
      libc(
          "munmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle MADVISE =
      libc(
          "madvise",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private final long address;
  private final long bytes;
  private boolean closed;

  private ReservedMemory(long address, long bytes) {
    this.address = address;
    this.bytes = bytes;
  }

  /**
   * Reserves a range.
   *
   * @param bytes size, 1 to {@link #ALIGNMENT_BYTES}
   * @throws IllegalArgumentException if the size is outside that range
   * @throws IllegalStateException if the kernel refuses, for example because of a limit on address
   *     space (ulimit -v) or strict overcommit
   */
  public static ReservedMemory reserve(long bytes) {
    if (bytes < 1 || bytes > ALIGNMENT_BYTES) {
      throw new IllegalArgumentException(
          "bytes: " + bytes + " is not between 1 and " + ALIGNMENT_BYTES);
    }
    for (long hint = FIRST_ADDRESS; hint < END_ADDRESS; hint += ALIGNMENT_BYTES) {
      long address = map(hint, bytes);
      if (address == hint) {
        advise(address, bytes);
        return new ReservedMemory(address, bytes);
      }
      // Kernels before 4.17 take the flag for a mere hint and choose another place.
      if (address > 0) {
        unmap(address, bytes);
      }
    }
    throw new IllegalStateException(
        "the kernel refuses to reserve " + bytes + " bytes of address space; check ulimit -v");
  }

  public long address() {
    return address;
  }

  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      unmap(address, bytes);
    }
  }

  private static long map(long hint, long bytes) {
    try {
      return (long)
          MMAP.invokeExact(
              hint,
              bytes,
              PROT_READ_WRITE,
              MAP_PRIVATE_ANONYMOUS_NORESERVE | MAP_FIXED_NOREPLACE,
              -1,
              0L);
    } catch (Throwable e) {
      throw new AssertionError("mmap", e);
    }
  }

  private static void advise(long address, long bytes) {
    try {
      // Huge pages are a wish: a kernel without them refuses, and small pages serve as well.
      int ignored = (int) MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE);
    } catch (Throwable e) {
      throw new AssertionError("madvise", e);
    }
  }

  private static void unmap(long address, long bytes) {
    try {
      if ((int) MUNMAP.invokeExact(address, bytes) != 0) {
        throw new IllegalStateException("munmap of " + bytes + " bytes failed");
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("munmap", e);
    }
  }

  private static MethodHandle libc(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }
}
