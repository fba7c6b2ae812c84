package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;

/** Ethernet addresses between messages and the model, where the first byte is the lowest. */
final class MacReader {
  private static final int MAC_BYTES = 6;
  private static final int MULTICAST_BIT = 1;

  private MacReader() {}

  /** Reads the address of one station; any value, with the mistake noted, if it is none. */
  static long read(ByteString bytes, Field at, String field) {
    long mac = 0;
    for (int i = Math.min(bytes.size(), MAC_BYTES) - 1; i >= 0; i--) {
      mac = mac << Byte.SIZE | bytes.byteAt(i) & 0xff;
    }
    if (bytes.size() != MAC_BYTES || (mac & MULTICAST_BIT) != 0 || mac == 0) {
      at.invalid(
          field,
          Addresses.formatMac(bytes),
          "no unicast Ethernet address; give 6 bytes such as 02:00:00:00:00:01");
    }
    return mac;
  }

  static ByteString toBytes(long mac) {
    byte[] bytes = new byte[MAC_BYTES];
    for (int i = 0; i < MAC_BYTES; i++) {
      bytes[i] = (byte) (mac >>> i * Byte.SIZE);
    }
    return ByteString.copyFrom(bytes);
  }
}
