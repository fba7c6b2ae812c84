package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.virtio_net_hdr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A tap: a network device of the kernel whose packets we are the wire of, see tun(4) and the
 * kernel's Documentation/networking/tuntap.rst. Each queue is a file descriptor that gives one
 * packet a read and takes one a write, and never blocks; each packet follows a {@code
 * virtio_net_hdr} of {@link #HEADER_BYTES}, in host byte order, and starts with its Ethernet
 * header.
 *
 * <p>The device may give checksums that are to be completed, and segments of TCP (of UDP, where
 * {@link #segmentsUdp} says so) of up to 64 KiB.
 *
 * <p>It belongs to the network namespace of the thread that opens it ({@link NetworkNamespace});
 * its descriptors can be used from anywhere. It ends with the last descriptor unless it is {@link
 * #keep kept}. Needs CAP_NET_ADMIN.
 *
 * <p>The descriptors keep that namespace alive: while one is open, the namespace of a pod that has
 * ended stays, with the device in it, and nothing tells us. Whoever opens it must look by itself
 * whether the file of the namespace is still there and still the same.
 */
public final class Tun implements AutoCloseable {
  /** Bytes before each packet. */
  public static final int HEADER_BYTES = (int) virtio_net_hdr.sizeof();

  /** Most bytes of a device's name. */
  public static final int MAX_NAME_BYTES = Linux.IFNAMSIZ() - 1;

  private static final Path DEVICE = Path.of("/dev/net/tun");

  private static final int KIND = Linux.IFF_TAP() | Linux.IFF_NO_PI() | Linux.IFF_VNET_HDR();

  private static final int SEGMENTS_OF_TCP =
      Linux.TUN_F_CSUM() | Linux.TUN_F_TSO4() | Linux.TUN_F_TSO6() | Linux.TUN_F_TSO_ECN();
  private static final int SEGMENTS_OF_UDP = Linux.TUN_F_USO4() | Linux.TUN_F_USO6();

  private static final MethodHandle IOCTL_POINTER =
      Libc.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle IOCTL_VALUE =
      Libc.variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);

  private final String name;
  private final int[] fds;
  private boolean segmentsUdp;
  private boolean isClosed;

  private Tun(String name, int queues) {
    this.name = name;
    this.fds = new int[queues];
    Arrays.fill(fds, -1);
  }

  /**
   * Makes a new device in the calling thread's network namespace.
   *
   * @param name at most {@link #MAX_NAME_BYTES} bytes, and no device's in this namespace
   * @param queues 1 or more
   * @throws LinuxException such as EBUSY where there is a device of that name; nothing is left then
   */
  public static Tun create(String name, int queues) {
    return open(name, queues, Linux.IFF_TUN_EXCL());
  }

  /**
   * Takes a kept device over, whose queues nobody has open; makes it where there is none.
   *
   * @param queues as many as it was made with, or several again
   * @throws LinuxException such as EBUSY where somebody else has it, or EINVAL where it was made
   *     with one queue and several are asked for, the other way round, or not as a tap like ours
   */
  public static Tun adopt(String name, int queues) {
    return open(name, queues, 0);
  }

  private static Tun open(String name, int queues, int exclusive) {
    Tun tun = new Tun(name, queues);
    try {
      for (int i = 0; i < queues; i++) {
        tun.fds[i] = FileDescriptors.openForBoth(DEVICE);
        int several = queues > 1 ? Linux.IFF_MULTI_QUEUE() : 0;
        tun.attach(tun.fds[i], KIND | several | (i == 0 ? exclusive : 0));
      }
      tun.setUp();
      return tun;
    } catch (Throwable t) {
      tun.close();
      throw Libc.unchecked(t);
    }
  }

  /**
   * A queue's descriptor without a device: it behaves as one whose device is gone, and is the
   * caller's to close.
   *
   * @throws LinuxException such as ENOENT where the kernel has no taps
   */
  public static int openWithoutDevice() {
    return FileDescriptors.openForBoth(DEVICE);
  }

  private void attach(int fd, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(Linux.IFREQ_BYTES());
      MemorySegment bytes = arena.allocateFrom(name);
      if (name.isEmpty() || bytes.byteSize() > Linux.IFNAMSIZ()) {
        throw new IllegalArgumentException(
            "name: '" + name + "' does not have 1 to " + MAX_NAME_BYTES + " bytes");
      }
      request.copyFrom(bytes);
      request.set(JAVA_SHORT, Linux.IFREQ_FLAGS_OFFSET(), (short) flags);
      if ((int) IOCTL_POINTER.invokeExact(Libc.errnoPlace(), fd, Linux.TUNSETIFF(), request) < 0) {
        throw Libc.failed("open tap " + name);
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** Both are the device's and not the queue's. */
  private void setUp() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_INT, HEADER_BYTES);
      int result =
          (int)
              IOCTL_POINTER.invokeExact(Libc.errnoPlace(), fds[0], Linux.TUNSETVNETHDRSZ(), bytes);
      if (result < 0) {
        throw Libc.failed("set the header size of tap " + name);
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
    segmentsUdp = control(Linux.TUNSETOFFLOAD(), SEGMENTS_OF_TCP | SEGMENTS_OF_UDP) >= 0;
    if (!segmentsUdp && control(Linux.TUNSETOFFLOAD(), SEGMENTS_OF_TCP) < 0) {
      throw Libc.failed("set the offloads of tap " + name);
    }
  }

  /**
   * Says whether the device is to stay when its last descriptor is closed, be it that the process
   * ends.
   *
   * @throws LinuxException EBADFD where the device is gone
   */
  public void keep(boolean kept) {
    if (control(Linux.TUNSETPERSIST(), kept ? 1 : 0) < 0) {
      throw Libc.failed((kept ? "keep" : "keep no longer") + " tap " + name);
    }
  }

  private int control(long request, long value) {
    try {
      return (int) IOCTL_VALUE.invokeExact(Libc.errnoPlace(), fds[0], request, value);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** The name that it was opened by; it may have been renamed since. */
  public String name() {
    return name;
  }

  public int queues() {
    return fds.length;
  }

  /** A queue's descriptor, which is readable when a packet waits; open until {@link #close}. */
  public int fd(int queue) {
    return fds[queue];
  }

  /** Whether the device may give large segments of UDP, too: kernels from 6.2 on. */
  public boolean segmentsUdp() {
    return segmentsUdp;
  }

  /** Closes all queues; ends the device unless it is kept. One thread, nobody uses a queue. */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      for (int fd : fds) {
        if (fd >= 0) {
          FileDescriptors.close(fd);
        }
      }
    }
  }
}
