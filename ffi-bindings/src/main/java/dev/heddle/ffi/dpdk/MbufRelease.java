package dev.heddle.ffi.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.heddle.ffi.dpdk.generated.Dpdk;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Gives packet buffers back to whatever pools they are from. Allocates nothing. */
public final class MbufRelease {
  /** As {@code rte_pktmbuf_free_bulk} has it. */
  static final FunctionDescriptor DESCRIPTOR = FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT);

  @SuppressWarnings("restricted")
  private static final MethodHandle FUNCTION = Linker.nativeLinker().downcallHandle(DESCRIPTOR);

  private final MemorySegment function;

  MbufRelease(MemorySegment function) {
    this.function = function;
  }

  /** To DPDK's pools. */
  public static MbufRelease toPools() {
    return new MbufRelease(Dpdk.rte_pktmbuf_free_bulk$address());
  }

  /**
   * @param mbufs addresses of the buffers' descriptors
   */
  public void release(MemorySegment mbufs, int count) {
    try {
      FUNCTION.invokeExact(function, mbufs, count);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
