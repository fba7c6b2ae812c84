package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * How the faces of this package reach the C library: downcall handles that take, as their first
 * argument, the place where {@code errno} is saved.
 *
 * <p>A call in Java may run other C code before {@code errno} could be asked for, therefore the
 * linker saves it right after the call. Each thread has a place of its own, allocated once.
 */
@SuppressWarnings("restricted")
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final long ERRNO_OFFSET =
      CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(Libc::newErrnoPlace);

  private static final MethodHandle STRERRORNAME =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerrorname_np"),
          FunctionDescriptor.of(ADDRESS, JAVA_INT));
  private static final MethodHandle STRERRORDESC =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerrordesc_np"),
          FunctionDescriptor.of(ADDRESS, JAVA_INT));
  private static final long LONGEST_ERROR_TEXT_BYTES = 256;

  private Libc() {}

  /** A function whose {@code errno} is captured. */
  static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /** A function such as {@code fcntl}, whose arguments from the given one on are variadic. */
  static MethodHandle variadic(
      String name, int firstVariadicArgument, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.firstVariadicArg(firstVariadicArgument),
        Linker.Option.captureCallState("errno"));
  }

  /** Where the calling thread's calls save {@code errno}. */
  static MemorySegment errnoPlace() {
    return CAPTURED.get();
  }

  /** A place for whoever makes all calls on one thread, and so need not look for the thread's. */
  static MemorySegment newErrnoPlace() {
    return Arena.ofAuto().allocate(CAPTURE);
  }

  /** What the last failed call saved at a place. */
  static int errno(MemorySegment place) {
    return place.get(JAVA_INT, ERRNO_OFFSET);
  }

  /** What the calling thread's last failed call saved. */
  static int errno() {
    return errno(CAPTURED.get());
  }

  /** The exception for the calling thread's last failed call. */
  static LinuxException failed(String attempted) {
    return new LinuxException(errno(), attempted);
  }

  /** Makes what {@code invokeExact} is declared to throw unchecked. */
  static RuntimeException unchecked(Throwable thrown) {
    return switch (thrown) {
      case Error error -> throw error;
      case RuntimeException exception -> exception;
      default -> new IllegalStateException(thrown);
    };
  }

  /** The symbolic name, such as {@code EAGAIN}. */
  static String errorName(int errno) {
    try {
      return text((MemorySegment) STRERRORNAME.invokeExact(errno), "errno " + errno);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** The C library's untranslated description, such as "Resource temporarily unavailable". */
  static String errorDescription(int errno) {
    try {
      return text((MemorySegment) STRERRORDESC.invokeExact(errno), "unknown error");
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static String text(MemorySegment pointer, String otherwise) {
    return pointer.equals(MemorySegment.NULL)
        ? otherwise
        : pointer.reinterpret(LONGEST_ERROR_TEXT_BYTES).getString(0);
  }
}
