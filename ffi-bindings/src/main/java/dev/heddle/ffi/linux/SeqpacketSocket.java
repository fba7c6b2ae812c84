package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.heddle.ffi.linux.generated.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Unix socket that keeps message boundaries (SOCK_SEQPACKET) and carries file descriptors
 * (SCM_RIGHTS), see unix(7). Never blocks: wait for it with {@link Epoll}.
 *
 * <p>Its network namespace is that of the thread which created it; see {@link NetworkNamespace}.
 * Use it from one thread at a time.
 */
public final class SeqpacketSocket implements AutoCloseable {
  private static final MethodHandle SOCKET =
      Libc.function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SOCKETPAIR =
      Libc.function("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle BIND =
      Libc.function("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle LISTEN = Libc.function("listen", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle CONNECT =
      Libc.function("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle ACCEPT4 =
      Libc.function("accept4", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle SENDMSG =
      Libc.function("sendmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RECVMSG =
      Libc.function("recvmsg", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

  private static final int NONBLOCKING_CLOSE_ON_EXEC = Linux.SOCK_NONBLOCK() | Linux.SOCK_CLOEXEC();

  private final int fd;
  private final String description;
  private boolean isClosed;

  private SeqpacketSocket(int fd, String description) {
    this.fd = fd;
    this.description = description;
  }

  /**
   * Creates a socket that listens.
   *
   * @param backlog how many connections may wait to be accepted
   * @throws LinuxException EADDRINUSE where the name is taken; a path of a socket that nobody
   *     listens on any more is taken too, see {@link #removeStale}
   */
  public static SeqpacketSocket listen(UnixAddress address, int backlog) {
    SeqpacketSocket socket = create("socket listening at " + address);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = address.toNative(arena);
      int length = (int) name.byteSize();
      socket.check((int) BIND.invokeExact(Libc.errnoPlace(), socket.fd, name, length), "bind");
      socket.check((int) LISTEN.invokeExact(Libc.errnoPlace(), socket.fd, backlog), "listen on");
      return socket;
    } catch (Throwable t) {
      socket.close();
      throw Libc.unchecked(t);
    }
  }

  /**
   * Connects to a listening socket.
   *
   * @throws LinuxException {@link LinuxException#isPeerAbsent} where nobody listens or its backlog
   *     is full: try again later
   */
  public static SeqpacketSocket connect(UnixAddress address) {
    SeqpacketSocket socket = create("socket to " + address);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = address.toNative(arena);
      int length = (int) name.byteSize();
      socket.check(
          (int) CONNECT.invokeExact(Libc.errnoPlace(), socket.fd, name, length), "connect");
      return socket;
    } catch (Throwable t) {
      socket.close();
      throw Libc.unchecked(t);
    }
  }

  /** Two sockets connected to each other. */
  public static SeqpacketSocket[] pair() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment fds = arena.allocate(JAVA_INT, 2);
      int type = Linux.SOCK_SEQPACKET() | NONBLOCKING_CLOSE_ON_EXEC;
      int result = (int) SOCKETPAIR.invokeExact(Libc.errnoPlace(), Linux.AF_UNIX(), type, 0, fds);
      if (result < 0) {
        throw Libc.failed("create a pair of sockets");
      }
      return new SeqpacketSocket[] {
        new SeqpacketSocket(fds.getAtIndex(JAVA_INT, 0), "first socket of a pair"),
        new SeqpacketSocket(fds.getAtIndex(JAVA_INT, 1), "second socket of a pair")
      };
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * Removes the file of a socket that nobody listens on any more, as a killed process leaves it.
   * Does nothing where there is no file, or where somebody listens.
   */
  public static void removeStale(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try {
      connect(UnixAddress.ofPath(path)).close();
    } catch (LinuxException e) {
      if (e.errno() == Linux.ECONNREFUSED()) {
        path.toFile().delete();
      }
    }
  }

  private static SeqpacketSocket create(String description) {
    try {
      int type = Linux.SOCK_SEQPACKET() | NONBLOCKING_CLOSE_ON_EXEC;
      int fd = (int) SOCKET.invokeExact(Libc.errnoPlace(), Linux.AF_UNIX(), type, 0);
      if (fd < 0) {
        throw Libc.failed("create " + description);
      }
      return new SeqpacketSocket(fd, description);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** The next connection that waits, or null where none does (or it was given up meanwhile). */
  public SeqpacketSocket accept() {
    try {
      int accepted =
          (int)
              ACCEPT4.invokeExact(
                  Libc.errnoPlace(),
                  fd,
                  MemorySegment.NULL,
                  MemorySegment.NULL,
                  NONBLOCKING_CLOSE_ON_EXEC);
      if (accepted >= 0) {
        return new SeqpacketSocket(accepted, "connection accepted by " + description);
      }
      if (wouldBlock() || Libc.errno() == Linux.ECONNABORTED()) {
        return null;
      }
      throw Libc.failed("accept from " + description);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * Sends one message, whole, and with it copies of file descriptors.
   *
   * @return false where the peer's queue is full; nothing was sent then
   * @throws LinuxException {@link LinuxException#isPeerGone} where the peer closed the connection
   */
  public boolean send(MemorySegment message, int... fds) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = SocketMessage.toSend(arena, message, fds);
      long sent = (long) SENDMSG.invokeExact(Libc.errnoPlace(), fd, header, Linux.MSG_NOSIGNAL());
      if (sent >= 0) {
        return true;
      }
      if (wouldBlock()) {
        return false;
      }
      throw Libc.failed("send " + message.byteSize() + " bytes through " + description);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * Receives one message into the buffer, and every file descriptor that came with it, be they as
   * many as they may. The receiver must close all those it does not want.
   *
   * @return null where no message waits; a message of zero bytes where the peer is gone
   */
  public ReceivedMessage receive(MemorySegment buffer) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(buffer.byteSize());
      MemorySegment header = SocketMessage.toReceive(arena, bytes);
      long received =
          (long) RECVMSG.invokeExact(Libc.errnoPlace(), fd, header, Linux.MSG_CMSG_CLOEXEC());
      if (received >= 0) {
        MemorySegment.copy(bytes, 0, buffer, 0, received);
        return SocketMessage.received(header, (int) received);
      }
      if (wouldBlock()) {
        return null;
      }
      if (Libc.errno() == Linux.ECONNRESET()) {
        return ReceivedMessage.END;
      }
      throw Libc.failed("receive from " + description);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** The descriptor to give to {@link Epoll}. It stays this socket's own. */
  public int fd() {
    return fd;
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      FileDescriptors.close(fd);
    }
  }

  @Override
  public String toString() {
    return description;
  }

  private static boolean wouldBlock() {
    return Libc.errno() == Linux.EAGAIN() || Libc.errno() == Linux.EINTR();
  }

  private void check(int result, String attempted) {
    if (result < 0) {
      throw Libc.failed(attempted + " " + description);
    }
  }
}
