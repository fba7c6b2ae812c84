package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.cmsghdr;
import dev.heddle.ffi.linux.generated.iovec;
import dev.heddle.ffi.linux.generated.msghdr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Arrays;

/** A {@code msghdr} with one buffer and the control messages that carry descriptors, cmsg(3). */
@SuppressWarnings("restricted")
final class SocketMessage {
  /** What the kernel lets one message carry (SCM_MAX_FD, which no header exports). */
  static final int MAX_FDS = 253;

  private static final long CONTROL_HEADER_BYTES = cmsghdr.sizeof();
  private static final long CONTROL_ALIGNMENT_BYTES = Long.BYTES;

  private SocketMessage() {}

  static MemorySegment toSend(SegmentAllocator allocator, MemorySegment message, int[] fds) {
    if (fds.length > MAX_FDS) {
      throw new IllegalArgumentException(
          "cannot send " + fds.length + " descriptors in a message: at most " + MAX_FDS);
    }
    MemorySegment bytes = allocator.allocate(Math.max(1, message.byteSize()));
    MemorySegment.copy(message, 0, bytes, 0, message.byteSize());
    MemorySegment header = header(allocator, bytes.asSlice(0, message.byteSize()));
    if (fds.length > 0) {
      long payloadBytes = (long) fds.length * Integer.BYTES;
      MemorySegment control = allocator.allocate(align(CONTROL_HEADER_BYTES + payloadBytes), 8);
      cmsghdr.cmsg_len(control, CONTROL_HEADER_BYTES + payloadBytes);
      cmsghdr.cmsg_level(control, Linux.SOL_SOCKET());
      cmsghdr.cmsg_type(control, Linux.SCM_RIGHTS());
      MemorySegment.copy(fds, 0, control, JAVA_INT, CONTROL_HEADER_BYTES, fds.length);
      msghdr.msg_control(header, control);
      msghdr.msg_controllen(header, control.byteSize());
    }
    return header;
  }

  static MemorySegment toReceive(SegmentAllocator allocator, MemorySegment bytes) {
    MemorySegment header = header(allocator, bytes);
    MemorySegment control =
        allocator.allocate(align(CONTROL_HEADER_BYTES + MAX_FDS * Integer.BYTES), 8);
    msghdr.msg_control(header, control);
    msghdr.msg_controllen(header, control.byteSize());
    return header;
  }

  static ReceivedMessage received(MemorySegment header, int bytes) {
    int flags = msghdr.msg_flags(header);
    return new ReceivedMessage(
        bytes,
        fds(msghdr.msg_control(header).reinterpret(msghdr.msg_controllen(header))),
        (flags & Linux.MSG_TRUNC()) != 0,
        (flags & Linux.MSG_CTRUNC()) != 0);
  }

  /** Walks all control messages, so that no descriptor is overlooked and left open. */
  private static int[] fds(MemorySegment control) {
    int[] fds = ReceivedMessage.NO_FDS;
    long offset = 0;
    while (offset + CONTROL_HEADER_BYTES <= control.byteSize()) {
      MemorySegment message = control.asSlice(offset);
      long length = cmsghdr.cmsg_len(message);
      if (cmsghdr.cmsg_level(message) == Linux.SOL_SOCKET()
          && cmsghdr.cmsg_type(message) == Linux.SCM_RIGHTS()) {
        int count = (int) (length - CONTROL_HEADER_BYTES) / Integer.BYTES;
        fds = Arrays.copyOf(fds, fds.length + count);
        MemorySegment.copy(message, JAVA_INT, CONTROL_HEADER_BYTES, fds, fds.length - count, count);
      }
      offset += align(length);
    }
    return fds;
  }

  private static MemorySegment header(SegmentAllocator allocator, MemorySegment bytes) {
    MemorySegment vector = iovec.allocate(allocator);
    iovec.iov_base(vector, bytes);
    iovec.iov_len(vector, bytes.byteSize());
    MemorySegment header = msghdr.allocate(allocator).fill((byte) 0);
    msghdr.msg_iov(header, vector);
    msghdr.msg_iovlen(header, 1);
    return header;
  }

  private static long align(long bytes) {
    return (bytes + CONTROL_ALIGNMENT_BYTES - 1) & -CONTROL_ALIGNMENT_BYTES;
  }
}
