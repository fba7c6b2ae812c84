package dev.heddle.port.memif.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Control messages as they travel: 128 bytes, packed, in the byte order of the machine (both sides
 * are on it), which is little-endian here.
 *
 * <pre>
 *   offset   0  type
 *   HELLO    2  name[32]   34 min version  36 max version  38 max region  40 max ring to client
 *           42  max ring to server  44 max log2 ring size (8 bits)
 *   INIT     2  version     4 id (32 bits)  8 mode (8 bits)  9 secret[24]  33 name[32]
 *   REGION   2  index       4 size (64 bits)
 *   RING     2  flags       4 index  6 region  8 offset (32 bits)  12 log2 size (8 bits)
 *           13  private header size
 *   CONNECT and CONNECTED   2 interface name[32]
 *   DISCONNECT              2 code (32 bits)  6 reason[96]
 * </pre>
 *
 * <p>Fields without a width have 16 bits. Texts end at their first NUL or at the field's end.
 */
final class MessageCodec {
  /** Every message has this size. */
  static final int MESSAGE_BYTES = 128;

  static final int NAME_BYTES = 32;
  static final int REASON_BYTES = 96;

  private static final int ACK = 1;
  private static final int HELLO = 2;
  private static final int INIT = 3;
  private static final int ADD_REGION = 4;
  private static final int ADD_RING = 5;
  private static final int CONNECT = 6;
  private static final int CONNECTED = 7;
  private static final int DISCONNECT = 8;

  private static final int RING_FLAG_CLIENT_TO_SERVER = 1;

  private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private MessageCodec() {}

  /** Writes a message; unused bytes become zero, texts are cut at their field's size. */
  static void encode(ControlMessage message, MemorySegment target) {
    target.asSlice(0, MESSAGE_BYTES).fill((byte) 0);
    switch (message) {
      case ControlMessage.Ack _ -> putU16(target, 0, ACK);
      case ControlMessage.Hello hello -> encodeHello(hello, target);
      case ControlMessage.Init init -> encodeInit(init, target);
      case ControlMessage.AddRegion region -> {
        putU16(target, 0, ADD_REGION);
        putU16(target, 2, region.index());
        target.set(U64, 4, region.bytes());
      }
      case ControlMessage.AddRing ring -> encodeAddRing(ring, target);
      case ControlMessage.Connect connect -> {
        putU16(target, 0, CONNECT);
        putText(target, 2, NAME_BYTES, connect.interfaceName());
      }
      case ControlMessage.Connected connected -> {
        putU16(target, 0, CONNECTED);
        putText(target, 2, NAME_BYTES, connected.interfaceName());
      }
      case ControlMessage.Disconnect disconnect -> {
        putU16(target, 0, DISCONNECT);
        target.set(U32, 2, (int) disconnect.code());
        putText(target, 6, REASON_BYTES, disconnect.reason());
      }
      case ControlMessage.Unknown unknown -> putU16(target, 0, unknown.type());
    }
  }

  /** Reads a message of {@link #MESSAGE_BYTES}; every bit pattern yields one. */
  static ControlMessage decode(MemorySegment source) {
    int type = u16(source, 0);
    return switch (type) {
      case ACK -> new ControlMessage.Ack();
      case HELLO ->
          new ControlMessage.Hello(
              text(source, 2, NAME_BYTES),
              u16(source, 34),
              u16(source, 36),
              u16(source, 38),
              u16(source, 40),
              u16(source, 42),
              u8(source, 44));
      case INIT ->
          new ControlMessage.Init(
              u16(source, 2),
              u32(source, 4),
              u8(source, 8),
              MemifSecret.ofField(bytes(source, 9, MemifSecret.FIELD_BYTES)),
              text(source, 33, NAME_BYTES));
      case ADD_REGION -> new ControlMessage.AddRegion(u16(source, 2), source.get(U64, 4));
      case ADD_RING ->
          new ControlMessage.AddRing(
              (u16(source, 2) & RING_FLAG_CLIENT_TO_SERVER) != 0,
              u16(source, 4),
              u16(source, 6),
              u32(source, 8),
              u8(source, 12),
              u16(source, 13));
      case CONNECT -> new ControlMessage.Connect(text(source, 2, NAME_BYTES));
      case CONNECTED -> new ControlMessage.Connected(text(source, 2, NAME_BYTES));
      case DISCONNECT ->
          new ControlMessage.Disconnect(u32(source, 2), text(source, 6, REASON_BYTES));
      default -> new ControlMessage.Unknown(type);
    };
  }

  private static void encodeHello(ControlMessage.Hello hello, MemorySegment target) {
    putU16(target, 0, HELLO);
    putText(target, 2, NAME_BYTES, hello.instanceName());
    putU16(target, 34, hello.minVersion());
    putU16(target, 36, hello.maxVersion());
    putU16(target, 38, hello.maxRegionIndex());
    putU16(target, 40, hello.maxServerToClientRingIndex());
    putU16(target, 42, hello.maxClientToServerRingIndex());
    target.set(U8, 44, (byte) hello.maxLog2RingSize());
  }

  private static void encodeInit(ControlMessage.Init init, MemorySegment target) {
    putU16(target, 0, INIT);
    putU16(target, 2, init.version());
    target.set(U32, 4, (int) init.id());
    target.set(U8, 8, (byte) init.mode());
    MemorySegment.copy(init.secret().field(), 0, target, U8, 9, MemifSecret.FIELD_BYTES);
    putText(target, 33, NAME_BYTES, init.instanceName());
  }

  private static void encodeAddRing(ControlMessage.AddRing ring, MemorySegment target) {
    putU16(target, 0, ADD_RING);
    putU16(target, 2, ring.clientToServer() ? RING_FLAG_CLIENT_TO_SERVER : 0);
    putU16(target, 4, ring.index());
    putU16(target, 6, ring.region());
    target.set(U32, 8, (int) ring.offsetBytes());
    target.set(U8, 12, (byte) ring.log2Size());
    putU16(target, 13, ring.privateHeaderBytes());
  }

  private static int u8(MemorySegment source, long offset) {
    return Byte.toUnsignedInt(source.get(U8, offset));
  }

  private static int u16(MemorySegment source, long offset) {
    return Short.toUnsignedInt(source.get(U16, offset));
  }

  private static long u32(MemorySegment source, long offset) {
    return Integer.toUnsignedLong(source.get(U32, offset));
  }

  private static void putU16(MemorySegment target, long offset, int value) {
    target.set(U16, offset, (short) value);
  }

  private static byte[] bytes(MemorySegment source, long offset, int length) {
    return source.asSlice(offset, length).toArray(U8);
  }

  /** A peer's text reaches logs and terminals, so only printable ASCII survives. */
  private static String text(MemorySegment source, long offset, int fieldBytes) {
    StringBuilder text = new StringBuilder(fieldBytes);
    for (int i = 0; i < fieldBytes; i++) {
      byte character = source.get(U8, offset + i);
      if (character == 0) {
        break;
      }
      text.append(character >= ' ' && character < 0x7f ? (char) character : '?');
    }
    return text.toString();
  }

  private static void putText(MemorySegment target, long offset, int fieldBytes, String text) {
    byte[] encoded = text.getBytes(UTF_8);
    int length = Math.min(encoded.length, fieldBytes - 1);
    MemorySegment.copy(Arrays.copyOf(encoded, length), 0, target, U8, offset, length);
  }
}
