package dev.heddle.api;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.Prefix;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Addresses between their text and the bytes in network order that the interface carries.
 *
 * <p>IPv6 text follows RFC 5952: lower case, no leading zeros, the longest run of zero groups
 * shortened.
 */
public final class Addresses {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_GROUPS = 8;

  private Addresses() {}

  /**
   * Reads an IPv4 or IPv6 address.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static ByteString parse(String text) {
    boolean ipv6 = text.indexOf(':') >= 0;
    boolean dottedQuad = text.chars().filter(c -> c == '.').count() == IPV4_BYTES - 1;
    if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0 || !ipv6 && !dottedQuad) {
      throw notAnAddress(text, null);
    }
    try {
      InetAddress address = ipv6 ? Inet6Address.ofLiteral(text) : Inet4Address.ofLiteral(text);
      if (ipv6 && address instanceof Inet4Address) {
        throw notAnAddress(text, null);
      }
      return ByteString.copyFrom(address.getAddress());
    } catch (IllegalArgumentException e) {
      throw notAnAddress(text, e);
    }
  }

  private static IllegalArgumentException notAnAddress(String text, Exception cause) {
    return new IllegalArgumentException(
        "'" + text + "' is no IP address: write 172.19.0.1 or fd00::1", cause);
  }

  /**
   * Reads a prefix such as {@code 172.19.0.0/16}; without a length, it is the address alone.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Prefix parsePrefix(String text) {
    int slash = text.indexOf('/');
    ByteString address = parse(slash < 0 ? text : text.substring(0, slash));
    int bits = address.size() * Byte.SIZE;
    int length = slash < 0 ? bits : parseLength(text, slash, bits);
    return Prefix.newBuilder().setAddress(address).setLength(length).build();
  }

  private static int parseLength(String text, int slash, int bits) {
    String digits = text.substring(slash + 1);
    if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > bits) {
      throw new IllegalArgumentException(
          "'" + text + "' has no prefix length from 0 to " + bits + ": write 172.19.0.0/16");
    }
    return Integer.parseInt(digits);
  }

  /**
   * Reads an Ethernet address such as {@code 02:00:00:00:00:01}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static ByteString parseMac(String text) {
    if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no Ethernet address: write 02:00:00:00:00:01");
    }
    return ByteString.copyFrom(HexFormat.ofDelimiter(":").parseHex(text));
  }

  /** The text of an Ethernet address. */
  public static String formatMac(ByteString mac) {
    return HexFormat.ofDelimiter(":").formatHex(mac.toByteArray());
  }

  /** The text of a prefix. */
  public static String format(Prefix prefix) {
    return format(prefix.getAddress()) + "/" + prefix.getLength();
  }

  /** The text of an address of 4 or 16 bytes; anything else is shown as hexadecimal digits. */
  public static String format(ByteString address) {
    return format(address.toByteArray());
  }

  /** The text of an address of 4 or 16 bytes; anything else is shown as hexadecimal digits. */
  public static String format(byte[] address) {
    return switch (address.length) {
      case IPV4_BYTES ->
          (address[0] & 0xff)
              + "."
              + (address[1] & 0xff)
              + "."
              + (address[2] & 0xff)
              + "."
              + (address[3] & 0xff);
      case IPV6_GROUPS * 2 -> formatIpv6(address);
      default -> "0x" + HexFormat.of().formatHex(address);
    };
  }

  private static String formatIpv6(byte[] address) {
    int[] groups = new int[IPV6_GROUPS];
    for (int i = 0; i < IPV6_GROUPS; i++) {
      groups[i] = (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
    }
    int runStart = -1;
    int runLength = 1; // one zero group alone is not shortened
    for (int i = 0; i < IPV6_GROUPS; i++) {
      int end = i;
      while (end < IPV6_GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > runLength) {
        runStart = i;
        runLength = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < IPV6_GROUPS; i++) {
      if (i == runStart) {
        text.append("::");
        i += runLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
