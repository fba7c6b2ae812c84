package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Prefix;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import java.util.List;

/** Addresses and prefixes from messages to the model, and back to text. */
final class AddressReader {
  static final int IPV4_BYTES = 4;
  static final int IPV6_BYTES = 16;

  /** What no endpoint and no network may have. */
  private static final List<IpPrefix> NOT_UNICAST =
      List.of(
          prefix("0.0.0.0/8"),
          prefix("127.0.0.0/8"),
          prefix("224.0.0.0/3"),
          prefix("::/127"),
          prefix("::ffff:0:0/96"),
          prefix("fe80::/10"),
          prefix("ff00::/8"));

  private AddressReader() {}

  /** Reads an address; null, with the mistake noted, if it is none. */
  static IpAddress address(ByteString bytes, Field at, String field) {
    if (bytes.size() != IPV4_BYTES && bytes.size() != IPV6_BYTES) {
      at.invalid(
          field, Addresses.format(bytes), "not 4 or 16 bytes; give an address in network order");
      return null;
    }
    return toAddress(bytes);
  }

  /** Reads a prefix; null, with the mistake noted, if it is none. */
  static IpPrefix prefix(Prefix message, Field at, String field) {
    ByteString bytes = message.getAddress();
    int bits = bytes.size() * Byte.SIZE;
    if (bytes.size() != IPV4_BYTES && bytes.size() != IPV6_BYTES) {
      at.invalid(
          field, Addresses.format(message), "address not 4 or 16 bytes; give it in network order");
    } else if (Integer.compareUnsigned(message.getLength(), bits) > 0) {
      at.invalid(
          field,
          Addresses.format(bytes) + "/" + Integer.toUnsignedString(message.getLength()),
          "length is above " + bits + "; give 0 to " + bits);
    } else {
      IpAddress address = toAddress(bytes);
      IpPrefix prefix = IpPrefix.containing(address, message.getLength());
      if (prefix.address().equals(address)) {
        return prefix;
      }
      at.invalid(
          field,
          Addresses.format(message),
          "bits beyond the length are set; did you mean " + text(prefix) + "?");
    }
    return null;
  }

  /** Whether ordinary packets may carry addresses of this range. */
  static boolean isUnicast(IpPrefix range) {
    return NOT_UNICAST.stream().noneMatch(range::overlaps);
  }

  private static IpPrefix prefix(String text) {
    if (text.startsWith("::ffff")) {
      return new IpPrefix(IpAddress.v6(0, 0xffff_0000_0000L), 96);
    }
    Prefix message = Addresses.parsePrefix(text);
    return new IpPrefix(toAddress(message.getAddress()), message.getLength());
  }

  /** An address of 4 or 16 bytes. */
  static IpAddress toAddress(ByteString bytes) {
    return bytes.size() == IPV4_BYTES
        ? IpAddress.v4(int32(bytes))
        : IpAddress.v6(int64(bytes, 0), int64(bytes, Long.BYTES));
  }

  static int int32(ByteString bytes) {
    return bytes.byteAt(0) << 24
        | (bytes.byteAt(1) & 0xff) << 16
        | (bytes.byteAt(2) & 0xff) << 8
        | bytes.byteAt(3) & 0xff;
  }

  static long int64(ByteString bytes, int offset) {
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << Byte.SIZE | bytes.byteAt(offset + i) & 0xff;
    }
    return value;
  }

  static ByteString toBytes(IpAddress address) {
    byte[] bytes = new byte[address.ipv6() ? IPV6_BYTES : IPV4_BYTES];
    for (int i = 0; i < Math.min(Long.BYTES, bytes.length); i++) {
      bytes[bytes.length - 1 - i] = (byte) (address.low() >>> i * Byte.SIZE);
    }
    for (int i = 0; i < bytes.length - Long.BYTES; i++) {
      bytes[Long.BYTES - 1 - i] = (byte) (address.high() >>> i * Byte.SIZE);
    }
    return ByteString.copyFrom(bytes);
  }

  static Prefix toMessage(IpPrefix prefix) {
    return Prefix.newBuilder()
        .setAddress(toBytes(prefix.address()))
        .setLength(prefix.length())
        .build();
  }

  static String text(IpAddress address) {
    return Addresses.format(toBytes(address));
  }

  static String text(IpPrefix prefix) {
    return Addresses.format(toMessage(prefix));
  }
}
