package dev.heddle.control;

import dev.heddle.api.v1.PortRange;
import dev.heddle.api.v1.Prefix;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.PolicyPeer;
import dev.heddle.model.PolicyPeer.Ports;
import java.util.ArrayList;
import java.util.List;

/** One end of a policy rule's packets, between messages and the model. */
final class PeerReader {
  private static final int MAX_PORT = 65_535;

  private PeerReader() {}

  /**
   * Reads one end; notes what is wrong.
   *
   * @param hasPorts whether the rule's protocol has ports
   */
  static PolicyPeer read(
      dev.heddle.api.v1.PolicyPeer message, boolean hasPorts, String path, Field at) {
    if (!hasPorts && message.getPortsCount() + message.getNotPortsCount() > 0) {
      at.invalid(
          path + (message.getPortsCount() > 0 ? "ports" : "not_ports"),
          message.getPortsCount() + message.getNotPortsCount() + " of them",
          "only some protocols have ports; give protocol 6 (TCP), 17 (UDP), 33, 132 or 136 too");
    }
    return new PolicyPeer(
        nets(message.getNetsList(), path + "nets", at),
        nets(message.getNotNetsList(), path + "not_nets", at),
        ports(message.getPortsList(), path + "ports", at),
        ports(message.getNotPortsList(), path + "not_ports", at),
        message.getIpSetsList(),
        message.getNotIpSetsList());
  }

  private static List<IpPrefix> nets(List<Prefix> messages, String field, Field at) {
    List<IpPrefix> nets = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      IpPrefix net = AddressReader.prefix(messages.get(i), at, field + "[" + i + "]");
      if (net != null) {
        nets.add(net);
      }
    }
    return nets;
  }

  private static List<Ports> ports(List<PortRange> messages, String field, Field at) {
    List<Ports> ports = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      int first = messages.get(i).getFirst();
      int last = messages.get(i).getLast() == 0 ? first : messages.get(i).getLast();
      if (first < 0 || last < first || last > MAX_PORT) {
        at.invalid(
            field + "[" + i + "]",
            Integer.toUnsignedString(first) + " to " + Integer.toUnsignedString(last),
            "not a range of ports; give first and last, 0 to 65535, the lower one first");
      } else {
        ports.add(new Ports(first, last));
      }
    }
    return ports;
  }

  static dev.heddle.api.v1.PolicyPeer toMessage(PolicyPeer peer) {
    dev.heddle.api.v1.PolicyPeer.Builder message =
        dev.heddle.api.v1.PolicyPeer.newBuilder()
            .addAllIpSets(peer.ipSets())
            .addAllNotIpSets(peer.notIpSets());
    peer.nets().forEach(net -> message.addNets(AddressReader.toMessage(net)));
    peer.notNets().forEach(net -> message.addNotNets(AddressReader.toMessage(net)));
    peer.ports().forEach(ports -> message.addPorts(toMessage(ports)));
    peer.notPorts().forEach(ports -> message.addNotPorts(toMessage(ports)));
    return message.build();
  }

  private static PortRange toMessage(Ports ports) {
    return PortRange.newBuilder().setFirst(ports.first()).setLast(ports.last()).build();
  }
}
