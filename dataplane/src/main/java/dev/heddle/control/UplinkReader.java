package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Dpdk;
import dev.heddle.api.v1.Memif;
import dev.heddle.model.DpdkAttachment;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.UnderlayAddress;
import dev.heddle.model.Uplink;
import dev.heddle.model.UplinkAttachment;
import java.util.List;

/** Uplinks between messages and the model. What can be checked of one alone is checked here. */
final class UplinkReader {
  /** On a link of two addresses neither is the broadcast address (RFC 3021). */
  private static final int MIN_BROADCAST_HOST_BITS = 2;

  private UplinkReader() {}

  /** Reads an uplink; null, with the mistakes noted, if it is not valid. */
  static Uplink read(dev.heddle.api.v1.Uplink message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    if (!message.getName().isEmpty()) {
      Names.check(message.getName(), at);
    }
    boolean outside = !message.getNetwork().isEmpty();
    if (outside) {
      checkOutside(message, at);
    }
    boolean has4 = !message.getAddress4().isEmpty();
    boolean has6 = !message.getAddress6().isEmpty();
    if (!has4 && !has6) {
      at.invalid("address4", "(absent)", "an uplink needs one; give address4, address6 or both");
    }
    UnderlayAddress ipv4 =
        underlayAddress(
            message.getAddress4(), message.getPrefixLength4(), message.getGateway4(), false, at);
    UnderlayAddress ipv6 =
        underlayAddress(
            message.getAddress6(), message.getPrefixLength6(), message.getGateway6(), true, at);
    int mtuBytes = message.getMtu() == 0 ? Uplink.DEFAULT_MTU_BYTES : message.getMtu();
    int minMtuBytes = Uplink.minMtuBytes(outside, has6);
    if (mtuBytes < minMtuBytes || mtuBytes > Uplink.MAX_MTU_BYTES) {
      at.invalid(
          "mtu",
          Integer.toUnsignedString(mtuBytes),
          "out of range; give "
              + minMtuBytes
              + " to "
              + Uplink.MAX_MTU_BYTES
              + ", or leave it out for "
              + Uplink.DEFAULT_MTU_BYTES);
    }
    long mac = message.getMac().isEmpty() ? 0 : MacReader.read(message.getMac(), at, "mac");
    UplinkAttachment attachment = attachment(message, mistakes, at);
    return mistakes.count() > before
        ? null
        : new Uplink(
            message.getName(), message.getNetwork(), ipv4, ipv6, mtuBytes, mac, attachment);
  }

  private static void checkOutside(dev.heddle.api.v1.Uplink message, Field at) {
    if (message.getName().isEmpty()) {
      at.invalid("name", "(absent)", "one that leads outside a network needs a name; give it one");
    }
    for (ByteString gateway : List.of(message.getGateway4(), message.getGateway6())) {
      if (!gateway.isEmpty()) {
        at.invalid(
            gateway.size() == AddressReader.IPV4_BYTES ? "gateway4" : "gateway6",
            Addresses.format(gateway),
            "routes of network " + message.getNetwork() + " name the gateways there; leave it out");
      }
    }
  }

  private static UnderlayAddress underlayAddress(
      ByteString bytes, int prefixLength, ByteString gatewayBytes, boolean ipv6, Field at) {
    String digit = ipv6 ? "6" : "4";
    if (bytes.isEmpty()) {
      if (prefixLength != 0 || !gatewayBytes.isEmpty()) {
        at.invalid(
            "address" + digit, "(absent)", "there are a prefix length or a gateway; give it too");
      }
      return null;
    }
    IpAddress address = unicast(bytes, ipv6, at, "address" + digit);
    if (address == null) {
      return null;
    }
    int bits = address.bits();
    if (prefixLength < 1 || prefixLength > bits) {
      at.invalid(
          "prefix_length" + digit,
          Integer.toUnsignedString(prefixLength),
          "out of range; give 1 to " + bits);
      return null;
    }
    if (!isOnLink(address, IpPrefix.containing(address, prefixLength))) {
      at.invalid(
          "address" + digit,
          AddressReader.text(address),
          "is no host's on a link of /" + prefixLength + "; give this node's own there");
      return null;
    }
    if (gatewayBytes.isEmpty()) {
      return new UnderlayAddress(address, prefixLength, null);
    }
    IpAddress gateway = gateway(gatewayBytes, address, prefixLength, at, "gateway" + digit);
    return gateway == null ? null : new UnderlayAddress(address, prefixLength, gateway);
  }

  private static IpAddress gateway(
      ByteString bytes, IpAddress own, int prefixLength, Field at, String field) {
    IpAddress gateway = AddressReader.address(bytes, at, field);
    if (gateway == null) {
      return null;
    }
    IpPrefix link = IpPrefix.containing(own, prefixLength);
    if (gateway.ipv6() != own.ipv6()
        || gateway.equals(own)
        || !UnderlayAddress.reaches(own, prefixLength, gateway)
        || link.contains(gateway) && !isOnLink(gateway, link)) {
      at.invalid(
          field,
          AddressReader.text(gateway),
          "no other host's of the link " + AddressReader.text(link) + "; give the router's there");
      return null;
    }
    return gateway;
  }

  /** Whether an address on a link may be a host's. */
  static boolean isOnLink(IpAddress address, IpPrefix link) {
    return link.ipv6()
        || link.address().bits() - link.length() < MIN_BROADCAST_HOST_BITS
        || NetworkReader.isHost(address, link);
  }

  /** Reads an address of one family that may be a host's; null, with the mistake noted, if not. */
  static IpAddress unicast(ByteString bytes, boolean ipv6, Field at, String field) {
    IpAddress address = AddressReader.address(bytes, at, field);
    if (address != null && address.ipv6() != ipv6) {
      at.invalid(
          field,
          AddressReader.text(address),
          "of the other family; give it as " + (ipv6 ? "address4" : "address6"));
      return null;
    }
    return address == null || isUnicast(address, at, field) ? address : null;
  }

  /** Whether an address may be a host's; else the mistake is noted. */
  static boolean isUnicast(IpAddress address, Field at, String field) {
    if (AddressReader.isUnicast(IpPrefix.containing(address, address.bits()))) {
      return true;
    }
    at.invalid(
        field,
        AddressReader.text(address),
        "no host's (loopback, multicast, link-local or reserved); give a unicast address");
    return false;
  }

  private static UplinkAttachment attachment(
      dev.heddle.api.v1.Uplink message, Mistakes mistakes, Field at) {
    return switch (message.getAttachmentCase()) {
      case DPDK -> dpdk(message.getDpdk(), mistakes, at);
      case MEMIF -> {
        MemifAttachment memif = MemifReader.read(message.getMemif(), mistakes, at);
        if (memif != null && memif.ipMode()) {
          at.invalid("memif.mode", Memif.Mode.MODE_IP, "tunnels need Ethernet; leave it out");
        }
        yield memif;
      }
      case ATTACHMENT_NOT_SET -> {
        at.invalid("attachment", "(absent)", "how is the uplink connected? Give dpdk or memif");
        yield null;
      }
    };
  }

  private static DpdkAttachment dpdk(Dpdk message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    String devargs = message.getDevargs();
    if (devargs.isEmpty()
        || devargs.length() > DpdkAttachment.MAX_DEVARGS_CHARS
        || !devargs.chars().allMatch(c -> c > ' ' && c < 127)) {
      at.invalid(
          "dpdk.devargs",
          devargs,
          "give the PCI address of a network card such as 0000:03:00.0, or a virtual device such as"
              + " net_af_packet0,iface=eth1");
    }
    int queues = message.getQueues() == 0 ? 1 : message.getQueues();
    if (queues < 1 || queues > DpdkAttachment.MAX_QUEUES) {
      at.invalid(
          "dpdk.queues",
          Integer.toUnsignedString(queues),
          "out of range; give 1 to " + DpdkAttachment.MAX_QUEUES + ", or leave it out for 1");
    }
    return mistakes.count() > before
        ? null
        : new DpdkAttachment(devargs, queues, message.getPromiscuous());
  }

  static dev.heddle.api.v1.Uplink toMessage(Uplink uplink) {
    dev.heddle.api.v1.Uplink.Builder message =
        dev.heddle.api.v1.Uplink.newBuilder()
            .setName(uplink.name())
            .setNetwork(uplink.network())
            .setMtu(uplink.mtuBytes());
    if (uplink.ipv4() != null) {
      message
          .setAddress4(AddressReader.toBytes(uplink.ipv4().address()))
          .setPrefixLength4(uplink.ipv4().prefixLength())
          .setGateway4(optional(uplink.ipv4().gateway()));
    }
    if (uplink.ipv6() != null) {
      message
          .setAddress6(AddressReader.toBytes(uplink.ipv6().address()))
          .setPrefixLength6(uplink.ipv6().prefixLength())
          .setGateway6(optional(uplink.ipv6().gateway()));
    }
    if (uplink.mac() != 0) {
      message.setMac(MacReader.toBytes(uplink.mac()));
    }
    switch (uplink.attachment()) {
      case MemifAttachment memif -> message.setMemif(MemifReader.toMessage(memif));
      case DpdkAttachment dpdk ->
          message.setDpdk(
              Dpdk.newBuilder()
                  .setDevargs(dpdk.devargs())
                  .setQueues(dpdk.queues())
                  .setPromiscuous(dpdk.promiscuous()));
    }
    return message.build();
  }

  private static ByteString optional(IpAddress address) {
    return address == null ? ByteString.EMPTY : AddressReader.toBytes(address);
  }
}
