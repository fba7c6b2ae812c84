package dev.heddle.ffi.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.heddle.ffi.dpdk.generated.Dpdk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * What calls into DPDK have in common: their errors, and variables that each thread has its own of.
 */
final class Calls {
  static final int ENOTSUP = 95;

  private static final long LONGEST_TEXT_BYTES = 1024;

  private Calls() {}

  /**
   * Passes what a function returned.
   *
   * @throws DpdkException where it is the negative of an error number, or the -1 of a driver that
   *     has no better word
   */
  static int checked(int result, String attempted) {
    if (result == -1) {
      throw new DpdkException(attempted + ": refused; the log on standard error says why");
    }
    if (result < 0) {
      throw new DpdkException(attempted, -result);
    }
    return result;
  }

  static String describe(int errno) {
    return text(Dpdk.rte_strerror(errno));
  }

  /** The characters of a string of C's that ends with a zero. */
  @SuppressWarnings("restricted")
  static String text(MemorySegment pointer) {
    return pointer.reinterpret(LONGEST_TEXT_BYTES).getString(0);
  }

  /**
   * Reads a variable of which the calling thread has its own. Looked up each time, because the
   * address is another one on each thread.
   */
  @SuppressWarnings("restricted")
  static int threadVariable(SymbolLookup library, String name) {
    MemorySegment variable = library.findOrThrow(name);
    return variable.reinterpret(JAVA_INT.byteSize(), Arena.global(), null).get(JAVA_INT, 0);
  }
}
