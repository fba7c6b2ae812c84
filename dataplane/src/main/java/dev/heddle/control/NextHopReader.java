package dev.heddle.control;

import dev.heddle.api.v1.NextHop;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.Network;
import dev.heddle.model.NextHopSet;
import dev.heddle.model.NextHopSet.Member;
import dev.heddle.model.Node;
import dev.heddle.model.UnderlayAddress;
import dev.heddle.model.Uplink;
import java.util.ArrayList;
import java.util.List;

/** Next hops between messages and the model. */
final class NextHopReader {
  private final Draft draft;

  /** Reads next hops as they will be once this draft is applied. */
  NextHopReader(Draft draft) {
    this.draft = draft;
  }

  /** Reads where routes lead; null, with the mistakes noted, if that is not valid. */
  NextHopSet read(List<NextHop> messages, Network network, Field at) {
    if (messages.isEmpty() || messages.size() > NextHopSet.MAX_MEMBERS) {
      at.invalid("next_hops", messages.size() + " of them", "give 1 to " + NextHopSet.MAX_MEMBERS);
      return null;
    }
    List<Member> members = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      NextHop message = messages.get(i);
      dev.heddle.model.NextHop hop = read(message, i, network, at);
      int weight = message.getWeight() == 0 ? 1 : message.getWeight();
      if (weight < 1 || weight > NextHopSet.MAX_WEIGHT) {
        at.invalid(
            "next_hops[" + i + "].weight",
            Integer.toUnsignedString(weight),
            "out of range; give 1 to " + NextHopSet.MAX_WEIGHT);
      } else if (hop instanceof dev.heddle.model.NextHop.Drop && messages.size() > 1) {
        at.invalid("next_hops[" + i + "].drop", "(drop)", "drop shares no flows; give it alone");
      } else if (hop != null) {
        members.add(new Member(hop, weight));
      }
    }
    return members.size() == messages.size() ? new NextHopSet(members) : null;
  }

  private dev.heddle.model.NextHop read(NextHop message, int index, Network network, Field at) {
    return switch (message.getViaCase()) {
      case ENDPOINT -> toEndpoint(message.getEndpoint(), index, network, at);
      case DROP -> new dev.heddle.model.NextHop.Drop();
      case GATEWAY -> toGateway(message, index, network, at);
      case NODE -> toNode(message.getNode(), index, network, at);
      case VIA_NOT_SET -> {
        at.invalid("next_hops[" + index + "]", "(absent)", "give endpoint, gateway, node or drop");
        yield null;
      }
    };
  }

  private dev.heddle.model.NextHop toEndpoint(String name, int index, Network network, Field at) {
    Endpoint endpoint = draft.endpoints().after(name);
    if (draft.endpoints().isUnclear(name)) {
      return null;
    }
    if (endpoint != null && endpoint.network().equals(network.name())) {
      return new dev.heddle.model.NextHop.ToEndpoint(name);
    }
    String field = "next_hops[" + index + "].endpoint";
    if (endpoint != null) {
      at.failedPrecondition(
          field,
          name,
          "stands in network " + endpoint.network() + "; give an endpoint of " + network.name());
    } else {
      at.notFound(field, name, "no such endpoint; create it first or with this");
    }
    return null;
  }

  private dev.heddle.model.NextHop toNode(String name, int index, Network network, Field at) {
    if (draft.nodes().isUnclear(name) || draft.uplinks().isUnclear(network.physicalNetwork())) {
      return null;
    }
    String field = "next_hops[" + index + "].node";
    Node node = draft.nodes().after(name);
    if (node == null) {
      at.notFound(field, name, "no such node; create it first or with this");
      return null;
    }
    String obstacle = UnderlayChecks.obstacle(network, draft.uplinkOf(network), node);
    if (obstacle != null) {
      at.failedPrecondition(field, name, obstacle + "; add that first or with this");
      return null;
    }
    return new dev.heddle.model.NextHop.ToNode(name);
  }

  private dev.heddle.model.NextHop toGateway(
      NextHop message, int index, Network network, Field at) {
    String field = "next_hops[" + index + "].gateway";
    IpAddress gateway = AddressReader.address(message.getGateway(), at, field);
    if (gateway != null && network.isGateway(gateway)) {
      at.invalid(
          field,
          AddressReader.text(gateway),
          "the network's own gateway is this router; give another router's address");
      return null;
    }
    if (gateway != null && !isAnotherHost(gateway, network, field, at)) {
      return null;
    }
    return gateway == null ? null : new dev.heddle.model.NextHop.ToGateway(gateway);
  }

  /** Whether it is, if it is on the link of an uplink that leads outside the network. */
  private boolean isAnotherHost(IpAddress gateway, Network network, String field, Field at) {
    for (Uplink uplink : draft.uplinks().allAfter()) {
      UnderlayAddress own = uplink.address(gateway.ipv6());
      if (uplink.network().equals(network.name())
          && own != null
          && own.onLink().contains(gateway)
          && (own.address().equals(gateway) || !UplinkReader.isOnLink(gateway, own.onLink()))) {
        at.invalid(
            field,
            AddressReader.text(gateway),
            "no other host's on the link of uplink " + uplink.name() + "; give the router's there");
        return false;
      }
    }
    return true;
  }

  static List<NextHop> toMessages(NextHopSet set) {
    return set.members().stream().map(NextHopReader::toMessage).toList();
  }

  private static NextHop toMessage(Member member) {
    NextHop.Builder message = NextHop.newBuilder().setWeight(member.weight());
    switch (member.hop()) {
      case dev.heddle.model.NextHop.ToEndpoint to -> message.setEndpoint(to.endpoint());
      case dev.heddle.model.NextHop.ToGateway to ->
          message.setGateway(AddressReader.toBytes(to.address()));
      case dev.heddle.model.NextHop.ToNode to -> message.setNode(to.node());
      case dev.heddle.model.NextHop.Drop drop ->
          message.setDrop(dev.heddle.api.v1.Drop.getDefaultInstance());
    }
    return message.build();
  }
}
