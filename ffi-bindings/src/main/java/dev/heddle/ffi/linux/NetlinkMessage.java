package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.ifaddrmsg;
import dev.heddle.ffi.linux.generated.ifinfomsg;
import dev.heddle.ffi.linux.generated.nlmsghdr;
import dev.heddle.ffi.linux.generated.rtattr;
import dev.heddle.ffi.linux.generated.rtmsg;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A request to the kernel's routing tables as it is written, see rtnetlink(7): a header, a struct
 * of the object's kind, and attributes. Numbers are in the machine's byte order.
 */
final class NetlinkMessage {
  /** Attributes begin at multiples of this. */
  static final int ALIGNMENT_BYTES = 4;

  private static final int MAX_BYTES = 1024;
  private static final int HEADER_BYTES = (int) nlmsghdr.sizeof();

  private final MemorySegment bytes;
  private int length = HEADER_BYTES;

  /**
   * @param arena has its memory
   * @param type such as RTM_NEWLINK
   * @param flags besides NLM_F_REQUEST
   */
  NetlinkMessage(Arena arena, int type, int flags) {
    bytes = arena.allocate(MAX_BYTES, ALIGNMENT_BYTES);
    nlmsghdr.nlmsg_type(bytes, (short) type);
    nlmsghdr.nlmsg_flags(bytes, (short) (Linux.NLM_F_REQUEST() | flags));
  }

  /** Continues with the struct of a link. */
  NetlinkMessage link(int index, int flags, int changedFlags) {
    MemorySegment link = append((int) ifinfomsg.sizeof());
    ifinfomsg.ifi_index(link, index);
    ifinfomsg.ifi_flags(link, flags);
    ifinfomsg.ifi_change(link, changedFlags);
    return this;
  }

  /** Continues with the struct of an address. */
  NetlinkMessage address(int family, int prefixLength, int linkIndex) {
    MemorySegment address = append((int) ifaddrmsg.sizeof());
    ifaddrmsg.ifa_family(address, (byte) family);
    ifaddrmsg.ifa_prefixlen(address, (byte) prefixLength);
    ifaddrmsg.ifa_index(address, linkIndex);
    return this;
  }

  /** Continues with the struct of a unicast route of the main table. */
  NetlinkMessage route(int family, int prefixLength, int protocol) {
    MemorySegment route = append((int) rtmsg.sizeof());
    rtmsg.rtm_family(route, (byte) family);
    rtmsg.rtm_dst_len(route, (byte) prefixLength);
    rtmsg.rtm_table(route, (byte) Linux.RT_TABLE_MAIN());
    rtmsg.rtm_protocol(route, (byte) protocol);
    return this;
  }

  /** Sets the type of a route that is to be made or removed. */
  NetlinkMessage unicast() {
    MemorySegment route = bytes.asSlice(HEADER_BYTES, rtmsg.sizeof());
    rtmsg.rtm_scope(route, (byte) Linux.RT_SCOPE_UNIVERSE());
    rtmsg.rtm_type(route, (byte) Linux.RTN_UNICAST());
    return this;
  }

  NetlinkMessage attribute(int type, byte[] value) {
    MemorySegment attribute = append((int) rtattr.sizeof() + value.length);
    rtattr.rta_len(attribute, (short) attribute.byteSize());
    rtattr.rta_type(attribute, (short) type);
    MemorySegment.copy(value, 0, attribute, JAVA_BYTE, rtattr.sizeof(), value.length);
    return this;
  }

  NetlinkMessage attribute(int type, int value) {
    byte[] bytes = new byte[Integer.BYTES];
    MemorySegment.ofArray(bytes).set(JAVA_INT_UNALIGNED, 0, value);
    return attribute(type, bytes);
  }

  /** A text that ends with a zero byte. */
  NetlinkMessage attribute(int type, String value) {
    return attribute(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
  }

  private MemorySegment append(int bytesMore) {
    MemorySegment appended = bytes.asSlice(length, bytesMore);
    length += align(bytesMore);
    return appended;
  }

  /** The whole message. */
  MemorySegment finish(int sequence) {
    nlmsghdr.nlmsg_len(bytes, length);
    nlmsghdr.nlmsg_seq(bytes, sequence);
    return bytes.asSlice(0, length);
  }

  static int align(int byteCount) {
    return (byteCount + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
  }
}
