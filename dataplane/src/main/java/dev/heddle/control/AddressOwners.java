package dev.heddle.control;

import dev.heddle.control.DesiredState.AddressKey;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.Network;
import java.util.HashMap;
import java.util.Map;

/** Who has which address once a draft is applied. */
final class AddressOwners {
  private final DesiredState state;
  private final Draft draft;
  private final Map<AddressKey, String> claimed = new HashMap<>();

  AddressOwners(DesiredState state, Draft draft) {
    this.state = state;
    this.draft = draft;
  }

  /** Claims an address for an endpoint of the draft; the name of who has it already, else null. */
  String claim(Endpoint endpoint, IpAddress address) {
    AddressKey key = new AddressKey(endpoint.network(), address);
    String other = endpointWith(key);
    if (other == null || other.equals(endpoint.name())) {
      claimed.put(key, endpoint.name());
      return null;
    }
    return other;
  }

  /** Who has an address of a network, in words; null if nobody. */
  String owner(Network network, IpAddress address) {
    return inWords(network, address, endpointWith(new AddressKey(network.name(), address)));
  }

  /** Who had an address of a network before the draft, in words; null if nobody. */
  String ownerBefore(Network network, IpAddress address) {
    AddressKey key = new AddressKey(network.name(), address);
    return inWords(network, address, state.endpointByAddress(key));
  }

  private static String inWords(Network network, IpAddress address, String endpoint) {
    if (network.isGateway(address)) {
      return "the gateway";
    }
    if (network.isOwn(address)) {
      return "the network's broadcast address";
    }
    return endpoint == null ? null : "endpoint " + endpoint;
  }

  private String endpointWith(AddressKey key) {
    String claimant = claimed.get(key);
    if (claimant != null) {
      return claimant;
    }
    String before = state.endpointByAddress(key);
    boolean untouched = before != null && draft.endpoints().field(before) == null;
    boolean same =
        before != null && draft.endpoints().after(before) == draft.endpoints().before(before);
    return untouched || same ? before : null;
  }
}
