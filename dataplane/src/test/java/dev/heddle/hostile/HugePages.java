package dev.heddle.hostile;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Memory files of huge pages, which Heddle itself never makes. */
@SuppressWarnings("restricted")
final class HugePages {
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int MFD_HUGETLB = 4;
  private static final MethodHandle MEMFD_CREATE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("memfd_create"),
              FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

  private HugePages() {}

  /** An empty file, its descriptor the caller's to close. */
  static int create() {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          (int)
              MEMFD_CREATE.invokeExact(
                  arena.allocateFrom("hostile-huge"), MFD_ALLOW_SEALING | MFD_HUGETLB);
      assertThat(fd).isNotNegative();
      return fd;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }
}
