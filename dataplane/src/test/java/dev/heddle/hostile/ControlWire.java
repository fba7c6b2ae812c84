package dev.heddle.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Control messages of memif 2.0 as bytes on the socket: packed, little-endian, 128 bytes each. */
final class ControlWire {
  static final int MESSAGE_BYTES = 128;
  static final int VERSION = 0x0200;
  static final int MODE_ETHERNET = 0;
  static final int MODE_IP = 1;

  static final int ACK = 1;
  static final int HELLO = 2;
  static final int INIT = 3;
  static final int ADD_REGION = 4;
  static final int ADD_RING = 5;
  static final int CONNECT = 6;
  static final int CONNECTED = 7;
  static final int DISCONNECT = 8;

  private static final int NAME_BYTES = 32;
  private static final int SECRET_BYTES = 24;
  private static final int DISCONNECT_REASON_OFFSET = 6;
  private static final int ADD_RING_TO_SERVER = 1;

  private ControlWire() {}

  /** The maxima are highest indexes. */
  static byte[] hello(int maxRegion, int maxToClientRing, int maxToServerRing, int maxLog2Ring) {
    ByteBuffer message = ofType(HELLO);
    name(message, "hostile server");
    message.putShort((short) VERSION).putShort((short) VERSION);
    message.putShort((short) maxRegion);
    message.putShort((short) maxToClientRing).putShort((short) maxToServerRing);
    message.put((byte) maxLog2Ring);
    return message.array();
  }

  static byte[] init(int version, long id, int mode, String secret) {
    ByteBuffer message = ofType(INIT);
    message.putShort((short) version).putInt((int) id).put((byte) mode);
    int secretEnd = message.position() + SECRET_BYTES;
    message.put(secret.getBytes(US_ASCII)).position(secretEnd);
    name(message, "hostile client");
    return message.array();
  }

  static byte[] addRegion(int index, long bytes) {
    return ofType(ADD_REGION).putShort((short) index).putLong(bytes).array();
  }

  static byte[] addRing(
      boolean toServer, int index, int region, long offset, int log2Size, int privateBytes) {
    return ofType(ADD_RING)
        .putShort((short) (toServer ? ADD_RING_TO_SERVER : 0))
        .putShort((short) index)
        .putShort((short) region)
        .putInt((int) offset)
        .put((byte) log2Size)
        .putShort((short) privateBytes)
        .array();
  }

  static byte[] connect() {
    return name(ofType(CONNECT), "hostile0").array();
  }

  static byte[] connected() {
    return name(ofType(CONNECTED), "hostile0").array();
  }

  static byte[] ack() {
    return ofType(ACK).array();
  }

  static byte[] disconnect(String reason) {
    return ofType(DISCONNECT).putInt(0).put(reason.getBytes(US_ASCII)).array();
  }

  /** A message that consists of its type only, known or not. */
  static byte[] bare(int type) {
    return ofType(type).array();
  }

  static int type(byte[] message) {
    return read(message).getShort(0);
  }

  /** Why the other side disconnects. */
  static String reason(byte[] disconnect) {
    String text = new String(disconnect, US_ASCII).substring(DISCONNECT_REASON_OFFSET);
    return text.substring(0, text.indexOf('\0'));
  }

  static long id(byte[] init) {
    return Integer.toUnsignedLong(read(init).getInt(4));
  }

  static int mode(byte[] init) {
    return init[8];
  }

  static String secret(byte[] init) {
    String text = new String(init, 9, SECRET_BYTES, US_ASCII);
    return text.substring(0, text.indexOf('\0'));
  }

  static long regionBytes(byte[] addRegion) {
    return read(addRegion).getLong(4);
  }

  static boolean isRingToServer(byte[] addRing) {
    return (read(addRing).getShort(2) & ADD_RING_TO_SERVER) != 0;
  }

  static int ringRegion(byte[] addRing) {
    return Short.toUnsignedInt(read(addRing).getShort(6));
  }

  static long ringOffset(byte[] addRing) {
    return Integer.toUnsignedLong(read(addRing).getInt(8));
  }

  static int ringLog2Size(byte[] addRing) {
    return addRing[12];
  }

  private static ByteBuffer read(byte[] message) {
    return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer ofType(int type) {
    return ByteBuffer.allocate(MESSAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN).putShort((short) type);
  }

  private static ByteBuffer name(ByteBuffer message, String name) {
    int end = message.position() + NAME_BYTES;
    message.put(name.getBytes(US_ASCII)).position(end);
    return message;
  }
}
