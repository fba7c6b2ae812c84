package dev.heddle.control;

import dev.heddle.model.IpAddress;
import dev.heddle.model.Node;
import dev.heddle.model.RouterMac;
import dev.heddle.model.Vtep;
import java.util.ArrayList;
import java.util.List;

/** Nodes between messages and the model. What can be checked of one alone is checked here. */
final class NodeReader {
  private NodeReader() {}

  /** Reads a node; null, with the mistakes noted, if it is not valid. */
  static Node read(dev.heddle.api.v1.Node message, Mistakes mistakes, Field at) {
    long before = mistakes.count();
    Names.check(message.getName(), at);
    long routerMac =
        message.getRouterMac().isEmpty()
            ? RouterMac.ADDRESS
            : MacReader.read(message.getRouterMac(), at, "router_mac");
    List<Vtep> vteps = vteps(message.getVtepsList(), at);
    return mistakes.count() > before
        ? null
        : new Node(message.getName(), routerMac, vteps, message.getAcceptsZeroUdp6Checksum());
  }

  private static List<Vtep> vteps(List<dev.heddle.api.v1.Vtep> messages, Field at) {
    List<Vtep> vteps = new ArrayList<>();
    if (messages.isEmpty() || messages.size() > Node.MAX_VTEPS) {
      at.invalid("vteps", messages.size() + " of them", "give 1 to " + Node.MAX_VTEPS);
      return vteps;
    }
    for (int i = 0; i < messages.size(); i++) {
      String physicalNetwork = messages.get(i).getPhysicalNetworkName();
      String field = "vteps[" + i + "].";
      if (!physicalNetwork.isEmpty()) {
        Names.check(physicalNetwork, at, field + "physical_network_name");
      }
      IpAddress address =
          AddressReader.address(messages.get(i).getAddress(), at, field + "address");
      if (address == null || !UplinkReader.isUnicast(address, at, field + "address")) {
        continue;
      }
      boolean another =
          vteps.stream()
              .anyMatch(vtep ->
                  vtep.physicalNetwork().equals(physicalNetwork)
                      && vtep.address().ipv6() == address.ipv6());
      if (another) {
        at.invalid(
            field + "address",
            AddressReader.text(address),
            "a second one of its family on physical network "
                + Names.orDefault(physicalNetwork)
                + "; give one");
      }
      vteps.add(new Vtep(physicalNetwork, address));
    }
    return vteps;
  }

  static dev.heddle.api.v1.Node toMessage(Node node) {
    dev.heddle.api.v1.Node.Builder message =
        dev.heddle.api.v1.Node.newBuilder()
            .setName(node.name())
            .setRouterMac(MacReader.toBytes(node.routerMac()))
            .setAcceptsZeroUdp6Checksum(node.acceptsZeroUdp6Checksum());
    node.vteps()
        .forEach(vtep ->
            message.addVteps(
                dev.heddle.api.v1.Vtep.newBuilder()
                    .setPhysicalNetworkName(vtep.physicalNetwork())
                    .setAddress(AddressReader.toBytes(vtep.address()))));
    return message.build();
  }
}
