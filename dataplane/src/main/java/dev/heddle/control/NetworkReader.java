package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Prefix;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;

/** Networks between messages and the model. What can be checked of one alone is checked here. */
final class NetworkReader {
  /**
   * A range needs its network address, a gateway, an endpoint and, in IPv4, a broadcast address.
   */
  private static final int MIN_HOST_BITS = 2;

  private NetworkReader() {}

  /** Reads a network; null, with the mistakes noted, if it is not valid. */
  static Network read(dev.heddle.api.v1.Network message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    Names.check(message.getName(), at);
    if (message.getVni() < 1 || message.getVni() > Network.MAX_VNI) {
      at.invalid(
          "vni",
          Integer.toUnsignedString(message.getVni()),
          "out of range; give 1 to " + Network.MAX_VNI);
    }
    IpPrefix range4 = message.hasRange4() ? range(message.getRange4(), false, at) : null;
    IpPrefix range6 = message.hasRange6() ? range(message.getRange6(), true, at) : null;
    if (!message.hasRange4() && !message.hasRange6()) {
      at.invalid("range4", "(absent)", "a network needs a range; give range4, range6 or both");
    }
    IpAddress gateway4 =
        gateway(message.getGateway4(), message.hasRange4(), range4, "gateway4", at);
    IpAddress gateway6 =
        gateway(message.getGateway6(), message.hasRange6(), range6, "gateway6", at);
    int mtuBytes = message.getMtu();
    if (mtuBytes != 0 && (mtuBytes < Network.MIN_MTU_BYTES || mtuBytes > Network.MAX_MTU_BYTES)) {
      at.invalid(
          "mtu",
          Integer.toUnsignedString(mtuBytes),
          "out of range; give "
              + Network.MIN_MTU_BYTES
              + " to "
              + Network.MAX_MTU_BYTES
              + ", or leave it out for the default");
    }
    if (mistakes.count() > before) {
      return null;
    }
    return new Network(
        message.getName(),
        message.getVni(),
        range4,
        range6,
        gateway4,
        gateway6,
        mtuBytes,
        message.getPhysicalNetworkName(),
        message.getCountRoutes(),
        new Network.Quota(
            Integer.toUnsignedLong(message.getMaxRoutes()),
            (int) Math.min(Integer.toUnsignedLong(message.getMaxEndpoints()), Integer.MAX_VALUE)),
        message.getIsDefault());
  }

  private static IpPrefix range(Prefix message, boolean ipv6, Field at) {
    String field = ipv6 ? "range6" : "range4";
    IpPrefix range = AddressReader.prefix(message, at, field);
    if (range == null) {
      return null;
    }
    String text = AddressReader.text(range);
    int maxLength = range.address().bits() - MIN_HOST_BITS;
    if (range.ipv6() != ipv6) {
      at.invalid(field, text, "of the other family; give it as " + (ipv6 ? "range4" : "range6"));
    } else if (range.length() > maxLength) {
      at.invalid(field, text, "has no room for endpoints; give a /" + maxLength + " or shorter");
    } else if (!AddressReader.isUnicast(range)) {
      at.invalid(
          field,
          text,
          "contains addresses that are no host's (loopback, multicast, link-local or reserved);"
              + " give a unicast range");
    } else {
      return range;
    }
    return null;
  }

  private static IpAddress gateway(
      ByteString bytes, boolean wanted, IpPrefix range, String field, Field at) {
    if (!wanted) {
      if (!bytes.isEmpty()) {
        at.invalid(field, Addresses.format(bytes), "its range is absent; give the range too");
      }
      return null;
    }
    if (range == null || bytes.isEmpty()) {
      return range == null ? null : range.address().plus(1);
    }
    IpAddress gateway = AddressReader.address(bytes, at, field);
    if (gateway != null && !isHost(gateway, range)) {
      at.invalid(
          field,
          AddressReader.text(gateway),
          "no host address of the range "
              + AddressReader.text(range)
              + "; give one, or leave it out for "
              + AddressReader.text(range.address().plus(1)));
      return null;
    }
    return gateway;
  }

  /** Whether a host of the range may have this address: not its first one, nor IPv4's broadcast. */
  static boolean isHost(IpAddress address, IpPrefix range) {
    return range.contains(address)
        && !address.equals(range.address())
        && (range.ipv6() || (address.asInt() | IpPrefix.mask4(range.length())) != -1);
  }

  static dev.heddle.api.v1.Network toMessage(Network network) {
    dev.heddle.api.v1.Network.Builder message =
        dev.heddle.api.v1.Network.newBuilder()
            .setName(network.name())
            .setVni(network.vni())
            .setMtu(network.mtuBytes())
            .setPhysicalNetworkName(network.physicalNetwork())
            .setCountRoutes(network.countRoutes())
            .setMaxRoutes((int) network.quota().maxRoutes())
            .setMaxEndpoints(network.quota().maxEndpoints())
            .setIsDefault(network.isDefault());
    if (network.range4() != null) {
      message
          .setRange4(AddressReader.toMessage(network.range4()))
          .setGateway4(AddressReader.toBytes(network.gateway4()));
    }
    if (network.range6() != null) {
      message
          .setRange6(AddressReader.toMessage(network.range6()))
          .setGateway6(AddressReader.toBytes(network.gateway6()));
    }
    return message.build();
  }
}
