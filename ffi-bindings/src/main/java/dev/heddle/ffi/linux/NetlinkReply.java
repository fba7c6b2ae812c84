package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.heddle.ffi.linux.generated.rtattr;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * One message from the kernel about an object.
 *
 * @param type such as RTM_NEWLINK
 * @param body what follows the message's header; valid only while it is being looked at
 */
record NetlinkReply(int type, MemorySegment body) {
  /** Of an attribute's type, the rest being flags (NLA_F_NESTED, NLA_F_NET_BYTEORDER). */
  private static final int TYPE_MASK = 0x3fff;

  /**
   * The value of an attribute.
   *
   * @param structBytes size of the struct before the attributes
   */
  Optional<MemorySegment> attribute(long structBytes, int type) {
    return attribute(body, NetlinkMessage.align((int) structBytes), type);
  }

  /** The value of an attribute among those that begin at an offset. */
  static Optional<MemorySegment> attribute(MemorySegment attributes, long offset, int type) {
    long at = offset;
    while (at + rtattr.sizeof() <= attributes.byteSize()) {
      MemorySegment header = attributes.asSlice(at, rtattr.sizeof());
      int length = Short.toUnsignedInt(rtattr.rta_len(header));
      if (length < rtattr.sizeof() || at + length > attributes.byteSize()) {
        return Optional.empty();
      }
      if ((rtattr.rta_type(header) & TYPE_MASK) == type) {
        return Optional.of(attributes.asSlice(at + rtattr.sizeof(), length - rtattr.sizeof()));
      }
      at += NetlinkMessage.align(length);
    }
    return Optional.empty();
  }

  static int int32(MemorySegment value) {
    return value.get(JAVA_INT_UNALIGNED, 0);
  }

  /** The address of 4 or 16 bytes. */
  static InetAddress address(MemorySegment value) {
    try {
      return InetAddress.getByAddress(value.toArray(JAVA_BYTE));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
