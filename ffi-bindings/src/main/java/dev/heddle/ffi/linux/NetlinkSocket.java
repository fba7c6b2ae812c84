package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.nlmsgerr;
import dev.heddle.ffi.linux.generated.nlmsghdr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A socket to the routing tables of one network namespace, that of the thread which opens it. Each
 * request waits for its answer, which the kernel always gives. Use it from one thread at a time.
 */
final class NetlinkSocket implements AutoCloseable {
  private static final MethodHandle SOCKET =
      Libc.function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      Libc.function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SEND =
      Libc.function("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle RECV =
      Libc.function("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

  /** What the kernel at most puts into one answer (see NLMSG_GOODSIZE and netlink_dump). */
  private static final long MAX_ANSWER_BYTES = 64 << 10;

  /** A list that changes while it is read is read again; not for ever if that goes on. */
  private static final int MAX_DUMPS = 100;

  private final int fd;
  private int sequence;

  private NetlinkSocket(int fd) {
    this.fd = fd;
  }

  static NetlinkSocket open() {
    try {
      int type = Linux.SOCK_RAW() | Linux.SOCK_CLOEXEC();
      int fd =
          (int)
              SOCKET.invokeExact(
                  Libc.errnoPlace(), Linux.AF_NETLINK(), type, Linux.NETLINK_ROUTE());
      if (fd < 0) {
        throw Libc.failed("create a netlink socket");
      }
      NetlinkSocket socket = new NetlinkSocket(fd);
      socket.enable(Linux.NETLINK_EXT_ACK());
      socket.enable(Linux.NETLINK_GET_STRICT_CHK());
      return socket;
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** Sets an option that older kernels do not know and that nothing depends on. */
  private void enable(int option) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
      int _ =
          (int)
              SETSOCKOPT.invokeExact(
                  Libc.errnoPlace(), fd, Linux.SOL_NETLINK(), option, on, (int) on.byteSize());
    }
  }

  /**
   * Asks for a change.
   *
   * @param attempted what a refusal is reported as
   */
  void change(String attempted, Function<Arena, NetlinkMessage> request) {
    ask(attempted, request, reply -> null);
  }

  /**
   * Asks for a list and answers what the reader makes of its elements, but for nulls. A list that
   * changed meanwhile is asked for again.
   */
  <T> List<T> list(
      String attempted, Function<Arena, NetlinkMessage> request, Function<NetlinkReply, T> reader) {
    for (int i = 1; i < MAX_DUMPS; i++) {
      List<T> list = ask(attempted, request, reader);
      if (list != null) {
        return list;
      }
    }
    throw new LinuxException(Linux.EAGAIN(), attempted);
  }

  /** The answer's elements; null where they changed while they were listed. */
  private <T> List<T> ask(
      String attempted, Function<Arena, NetlinkMessage> request, Function<NetlinkReply, T> reader) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = request.apply(arena).finish(++sequence);
      long size = message.byteSize();
      if ((long) SEND.invokeExact(Libc.errnoPlace(), fd, message, size, 0) < 0) {
        throw Libc.failed(attempted);
      }
      Answer<T> answer = new Answer<>(attempted, reader);
      MemorySegment buffer = arena.allocate(MAX_ANSWER_BYTES, NetlinkMessage.ALIGNMENT_BYTES);
      while (!answer.isComplete) {
        answer.read(buffer.asSlice(0, receive(buffer, attempted)));
      }
      return answer.isInterrupted ? null : answer.elements;
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  private long receive(MemorySegment buffer, String attempted) throws Throwable {
    while (true) {
      long received = (long) RECV.invokeExact(Libc.errnoPlace(), fd, buffer, buffer.byteSize(), 0);
      if (received >= 0) {
        return received;
      }
      if (Libc.errno() != Linux.EINTR()) {
        throw Libc.failed(attempted);
      }
    }
  }

  @Override
  public void close() {
    FileDescriptors.close(fd);
  }

  /** What comes back, in one datagram or several. */
  private final class Answer<T> {
    final String attempted;
    final Function<NetlinkReply, T> reader;
    final List<T> elements = new ArrayList<>();
    boolean isComplete;
    boolean isInterrupted;

    Answer(String attempted, Function<NetlinkReply, T> reader) {
      this.attempted = attempted;
      this.reader = reader;
    }

    void read(MemorySegment datagram) {
      long at = 0;
      while (at + nlmsghdr.sizeof() <= datagram.byteSize()) {
        MemorySegment header = datagram.asSlice(at, nlmsghdr.sizeof());
        int length = nlmsghdr.nlmsg_len(header);
        if (length < nlmsghdr.sizeof() || at + length > datagram.byteSize()) {
          throw new IllegalStateException("netlink message of " + length + " bytes");
        }
        if (nlmsghdr.nlmsg_seq(header) == sequence) {
          read(header, datagram.asSlice(at + nlmsghdr.sizeof(), length - nlmsghdr.sizeof()));
        }
        at += NetlinkMessage.align(length);
      }
    }

    private void read(MemorySegment header, MemorySegment body) {
      int type = Short.toUnsignedInt(nlmsghdr.nlmsg_type(header));
      int flags = Short.toUnsignedInt(nlmsghdr.nlmsg_flags(header));
      isInterrupted |= (flags & Linux.NLM_F_DUMP_INTR()) != 0;
      if (type == Linux.NLMSG_ERROR()) {
        isComplete = true;
        checkError(nlmsgerr.error(body), flags, body);
      } else if (type == Linux.NLMSG_DONE()) {
        isComplete = true;
        checkError(NetlinkReply.int32(body), 0, body);
      } else {
        T element = reader.apply(new NetlinkReply(type, body));
        if (element != null) {
          elements.add(element);
        }
      }
    }

    private void checkError(int result, int flags, MemorySegment body) {
      if (result < 0) {
        String explanation = explanation(flags, body);
        throw new LinuxException(
            -result, explanation.isEmpty() ? attempted : attempted + " (" + explanation + ")");
      }
    }

    /** The kernel's own words, which stand behind the request that it gives back. */
    private static String explanation(int flags, MemorySegment error) {
      if ((flags & Linux.NLM_F_ACK_TLVS()) == 0) {
        return "";
      }
      boolean isCapped = (flags & Linux.NLM_F_CAPPED()) != 0;
      int requestBytes =
          isCapped ? (int) nlmsghdr.sizeof() : nlmsghdr.nlmsg_len(nlmsgerr.msg(error));
      long at = nlmsgerr.msg$offset() + NetlinkMessage.align(requestBytes);
      return NetlinkReply.attribute(error, at, Linux.NLMSGERR_ATTR_MSG())
          .map(text -> text.getString(0))
          .orElse("");
    }
  }
}
