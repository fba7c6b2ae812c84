package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.stat;
import dev.heddle.ffi.linux.generated.statfs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Anonymous files in memory, to be shared by passing their descriptor, see memfd_create(2), and
 * what a receiver must ask before it maps one that came from a stranger. Every method may be called
 * from any thread.
 *
 * <p>Ask in this order: {@link #seals} first. Only files in memory have seals, so it refuses
 * everything else without calling into the file's own filesystem, which could be a stranger's too.
 */
public final class Memfd {
  /** Nobody may make the file shorter any more: a mapping of it cannot lose its end. */
  public static final int SEAL_SHRINK = Linux.F_SEAL_SHRINK();

  /** Nobody may make the file longer any more. */
  public static final int SEAL_GROW = Linux.F_SEAL_GROW();

  /** Nobody may add a seal any more. */
  public static final int SEAL_SEAL = Linux.F_SEAL_SEAL();

  private static final MethodHandle MEMFD_CREATE =
      Libc.function("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle FTRUNCATE =
      Libc.function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle FSTAT = Libc.function("fstat", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle FSTATFS = Libc.function("fstatfs", JAVA_INT, JAVA_INT, ADDRESS);

  private Memfd() {}

  /**
   * Creates a file of the given size, all zero, that takes seals.
   *
   * @param name shown in /proc, for people only
   * @return its descriptor, the caller's to close
   */
  public static int create(String name, long bytes) {
    int fd = create(name);
    try {
      resize(fd, bytes);
      return fd;
    } catch (LinuxException e) {
      FileDescriptors.close(fd);
      throw e;
    }
  }

  private static int create(String name) {
    try (Arena arena = Arena.ofConfined()) {
      int flags = Linux.MFD_CLOEXEC() | Linux.MFD_ALLOW_SEALING();
      int fd = (int) MEMFD_CREATE.invokeExact(Libc.errnoPlace(), arena.allocateFrom(name), flags);
      if (fd < 0) {
        throw Libc.failed("create memory file \"" + name + "\"");
      }
      return fd;
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** Makes the file shorter or longer; what is added reads as zero. */
  public static void resize(int fd, long bytes) {
    try {
      if ((int) FTRUNCATE.invokeExact(Libc.errnoPlace(), fd, bytes) < 0) {
        throw Libc.failed("resize memory file, descriptor " + fd + ", to " + bytes + " bytes");
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** Adds seals, for good. */
  public static void addSeals(int fd, int seals) {
    if (FileDescriptors.fcntl(fd, Linux.F_ADD_SEALS(), seals) < 0) {
      throw Libc.failed("seal memory file, descriptor " + fd);
    }
  }

  /**
   * The seals of a memory file, {@code SEAL_} bits.
   *
   * @throws LinuxException EINVAL where the descriptor is no file in memory
   */
  public static int seals(int fd) {
    int seals = FileDescriptors.fcntl(fd, Linux.F_GET_SEALS(), 0);
    if (seals < 0) {
      throw Libc.failed("ask for the seals of descriptor " + fd);
    }
    return seals;
  }

  /** The file's size in bytes, see fstat(2). */
  public static long bytes(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = stat.allocate(arena);
      if ((int) FSTAT.invokeExact(Libc.errnoPlace(), fd, status) < 0) {
        throw Libc.failed("ask for the size of descriptor " + fd);
      }
      return stat.st_size(status);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * Whether the file consists of huge pages of hugetlbfs: touching a hole of such a file raises
   * SIGBUS when no huge page is free, whatever its seals.
   */
  public static boolean isHugetlb(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = statfs.allocate(arena);
      if ((int) FSTATFS.invokeExact(Libc.errnoPlace(), fd, status) < 0) {
        throw Libc.failed("ask for the filesystem of descriptor " + fd);
      }
      return (int) statfs.f_type(status) == Linux.HUGETLBFS_MAGIC();
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }
}
