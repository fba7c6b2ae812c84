package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.iocb;
import dev.heddle.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Signals event descriptors that an untrusted peer holds too, and can never be made to wait.
 *
 * <p>A plain write(2) can: a peer fills the counter to its maximum and clears O_NONBLOCK, which is
 * a property of the open file and thus the peer's as well as ours. Nor does a write know whether
 * the descriptor is a pipe or something worse. The kernel itself signals without waiting, and only
 * event descriptors, when an asynchronous request completes that names one (see io_submit(2) and
 * {@code IOCB_FLAG_RESFD}). So each signal is the completion of a read of zero bytes from
 * /dev/null, which io_submit finishes before it returns. That costs about 0.7 us, a write 0.3 us.
 *
 * <p>Belongs to one thread. {@link #signal} allocates nothing.
 */
public final class PeerSignal implements AutoCloseable {
  private static final MethodHandle IO_SETUP =
      Libc.variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);
  private static final MethodHandle IO_SUBMIT =
      Libc.variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);
  private static final MethodHandle IO_DESTROY =
      Libc.variadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  private static final Path NOTHING = Path.of("/dev/null");

  /**
   * The head of the kernel's ring of completions, which the context's number is the address of:
   * {@code struct aio_ring} begins with the 32-bit words id, nr, head, tail, magic.
   */
  private static final long RING_HEAD_OFFSET = 8;

  private static final long RING_TAIL_OFFSET = 12;
  private static final long RING_MAGIC_OFFSET = 16;
  private static final int RING_MAGIC = 0xa10a_10a1;

  private final int nothing;
  private final long context;
  private final MemorySegment request;
  private final MemorySegment requests;
  private boolean isClosed;

  /**
   * @throws LinuxException ENOSYS where the kernel lacks asynchronous I/O, EAGAIN where {@code
   *     /proc/sys/fs/aio-max-nr} is used up
   */
  public PeerSignal() {
    Arena arena = Arena.ofAuto();
    nothing = FileDescriptors.openForReading(NOTHING);
    context = setUp(arena);
    request = iocb.allocate(arena).fill((byte) 0);
    iocb.aio_fildes(request, nothing);
    iocb.aio_lio_opcode(request, (short) Linux.IOCB_CMD_PREAD());
    iocb.aio_flags(request, Linux.IOCB_FLAG_RESFD());
    requests = arena.allocateFrom(ADDRESS, request);
  }

  private long setUp(Arena arena) {
    MemorySegment created = arena.allocate(JAVA_LONG);
    try {
      long number = Linux.SYS_io_setup();
      if ((long) IO_SETUP.invokeExact(Libc.errnoPlace(), number, 1, created) < 0) {
        throw Libc.failed("set up asynchronous I/O");
      }
    } catch (Throwable t) {
      FileDescriptors.close(nothing);
      throw Libc.unchecked(t);
    }
    long ring = created.get(JAVA_LONG, 0);
    if (Memory.getInt(ring + RING_MAGIC_OFFSET) != RING_MAGIC) {
      throw new IllegalStateException("this kernel's ring of completions has an unknown layout");
    }
    return ring;
  }

  /**
   * Adds one to the counter, unless it is full: then its reader has been woken already.
   *
   * @return whether the descriptor is one to signal; false where it is none
   */
  public boolean signal(int eventFd) {
    iocb.aio_resfd(request, eventFd);
    try {
      long number = Linux.SYS_io_submit();
      long submitted =
          (long) IO_SUBMIT.invokeExact(Libc.errnoPlace(), number, context, 1L, requests);
      forgetCompletion();
      return submitted == 1;
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** Nobody looks at completions; the kernel takes their room again when the head moves on. */
  private void forgetCompletion() {
    int tail = Memory.getIntAcquire(context + RING_TAIL_OFFSET);
    Memory.putIntRelease(context + RING_HEAD_OFFSET, tail);
  }

  /** Returns at once: to destroy a context takes the kernel some 30 ms, which nobody waits for. */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      Thread.ofPlatform().daemon().name("peer-signal-close").start(this::destroy);
    }
  }

  private void destroy() {
    try {
      long number = Linux.SYS_io_destroy();
      long unused = (long) IO_DESTROY.invokeExact(Libc.errnoPlace(), number, context);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    } finally {
      FileDescriptors.close(nothing);
    }
  }
}
