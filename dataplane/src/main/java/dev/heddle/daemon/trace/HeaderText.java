package dev.heddle.daemon.trace;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import org.agrona.DirectBuffer;

/** Puts a frame's headers into words, as far as its first bytes reach. Its payload never shows. */
final class HeaderText {
  private static final int ETHERNET_BYTES = 14;
  private static final int IP4_BYTES = 20;
  private static final int IP6_BYTES = 40;
  private static final int UDP_BYTES = 8;
  private static final int VXLAN_BYTES = 8;
  private static final int VXLAN_PORT = 4789;
  private static final int TYPE_IP4 = 0x0800;
  private static final int TYPE_ARP = 0x0806;
  private static final int TYPE_IP6 = 0x86dd;
  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP6 = 58;
  private static final int FRAGMENT_OFFSET_MASK = 0x1fff;

  private final DirectBuffer buffer;
  private final int end;
  private final StringBuilder text = new StringBuilder();

  private HeaderText(DirectBuffer buffer, int end) {
    this.buffer = buffer;
    this.end = end;
  }

  /**
   * Describes a frame.
   *
   * @param isWithoutEthernet whether the place of its Ethernet header is empty
   */
  static String of(DirectBuffer buffer, int offset, int bytes, boolean isWithoutEthernet) {
    HeaderText headers = new HeaderText(buffer, offset + bytes);
    if (isWithoutEthernet) {
      headers.ip(offset + ETHERNET_BYTES);
    } else {
      headers.ethernet(offset);
    }
    return headers.text.toString();
  }

  private void ethernet(int at) {
    if (!has(at, ETHERNET_BYTES)) {
      text.append("cut off in its Ethernet header");
      return;
    }
    text.append(mac(at + 6)).append(" > ").append(mac(at)).append(", ");
    int type = number16(at + 12);
    switch (type) {
      case TYPE_IP4, TYPE_IP6 -> ip(at + ETHERNET_BYTES);
      case TYPE_ARP -> text.append("ARP");
      default -> text.append("EtherType 0x%04x".formatted(type));
    }
  }

  private void ip(int at) {
    int version = has(at, 1) ? number8(at) >>> 4 : 0;
    if (version == 4 && has(at, IP4_BYTES)) {
      text.append(
          "IPv4 %s > %s ttl %d"
              .formatted(address(at + 12, 4), address(at + 16, 4), number8(at + 8)));
      if ((number16(at + 6) & FRAGMENT_OFFSET_MASK) == 0) {
        transport(number8(at + 9), at + (number8(at) & 0xf) * Integer.BYTES);
      } else {
        text.append(", fragment");
      }
    } else if (version == 6 && has(at, IP6_BYTES)) {
      text.append(
          "IPv6 %s > %s hop limit %d"
              .formatted(address(at + 8, 16), address(at + 24, 16), number8(at + 7)));
      transport(number8(at + 6), at + IP6_BYTES);
    } else {
      text.append("no whole IP header");
    }
  }

  private void transport(int protocol, int at) {
    switch (protocol) {
      case TCP, UDP -> ports(protocol, at);
      case ICMP -> icmp("ICMP", at);
      case ICMP6 -> icmp("ICMPv6", at);
      default -> text.append(", protocol ").append(protocol);
    }
  }

  private void ports(int protocol, int at) {
    if (!has(at, Integer.BYTES)) {
      return;
    }
    int to = number16(at + 2);
    text.append(", %s %d > %d".formatted(protocol == TCP ? "TCP" : "UDP", number16(at), to));
    int inner = at + UDP_BYTES + VXLAN_BYTES;
    if (protocol == UDP && to == VXLAN_PORT && has(inner, ETHERNET_BYTES)) {
      text.append(", VNI ").append(number16(at + UDP_BYTES + 4) << 8 | number8(inner - 2));
      text.append(": ");
      ethernet(inner);
    }
  }

  private void icmp(String name, int at) {
    if (has(at, 2)) {
      text.append(", %s type %d code %d".formatted(name, number8(at), number8(at + 1)));
    }
  }

  private boolean has(int at, int bytes) {
    return at + bytes <= end;
  }

  private int number8(int at) {
    return Byte.toUnsignedInt(buffer.getByte(at));
  }

  private int number16(int at) {
    return number8(at) << 8 | number8(at + 1);
  }

  private String mac(int at) {
    StringBuilder mac = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      mac.append(i == 0 ? "" : ":").append("%02x".formatted(number8(at + i)));
    }
    return mac.toString();
  }

  private String address(int at, int bytes) {
    byte[] address = new byte[bytes];
    buffer.getBytes(at, address);
    return Addresses.format(ByteString.copyFrom(address));
  }
}
