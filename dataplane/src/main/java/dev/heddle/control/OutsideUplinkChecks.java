package dev.heddle.control;

import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import dev.heddle.model.UnderlayAddress;
import dev.heddle.model.Uplink;
import java.util.List;

/**
 * Checks uplinks of a draft that lead to the outside of a network, as it will be when the draft is
 * applied.
 */
final class OutsideUplinkChecks {
  private final Draft draft;
  private final List<Uplink> outside;

  OutsideUplinkChecks(Draft draft) {
    this.draft = draft;
    outside = draft.uplinks().allAfter().stream().filter(Uplink::leadsOutside).toList();
  }

  /** Notes all mistakes in the draft. */
  void run() {
    for (Uplink uplink : draft.uplinks().upserts().values()) {
      Uplink before = draft.uplinks().before(uplink.name());
      if (before != null && !before.network().equals(uplink.network())) {
        draft
            .uplinks()
            .field(uplink.name())
            .failedPrecondition(
                "network",
                Names.orDefault(uplink.network()),
                "that of an uplink cannot change; delete it, then create it anew");
      } else if (uplink.leadsOutside()) {
        check(uplink);
      }
    }
    draft.networks().upserts().values().forEach(this::check);
    draft.networks().deletes().forEach(this::checkDeletedNetwork);
  }

  private void check(Uplink uplink) {
    Field at = draft.uplinks().field(uplink.name());
    Network network = draft.networks().after(uplink.network());
    if (network == null) {
      if (!draft.networks().isUnclear(uplink.network())) {
        at.notFound("network", uplink.network(), "no such network; create it first or with this");
      }
      return;
    }
    for (UnderlayAddress own : uplink.addresses().toList()) {
      IpPrefix range = network.range(own.address().ipv6());
      String other =
          range != null && range.overlaps(own.onLink())
              ? "range " + AddressReader.text(range) + " of network " + network.name()
              : otherLink(uplink, own);
      if (other != null) {
        at.failedPrecondition(
            own.address().ipv6() ? "address6" : "address4",
            AddressReader.text(own.address()) + "/" + own.prefixLength(),
            "its link overlaps the " + other + "; give an address and prefix length of another");
      }
    }
  }

  /** The link of another uplink outside the same network that overlaps, in words; null if none. */
  private String otherLink(Uplink uplink, UnderlayAddress own) {
    for (Uplink other : outside) {
      UnderlayAddress its = other.address(own.address().ipv6());
      if (other != uplink
          && other.network().equals(uplink.network())
          && its != null
          && its.onLink().overlaps(own.onLink())) {
        return "link " + AddressReader.text(its.onLink()) + " of uplink " + other.name();
      }
    }
    return null;
  }

  private void check(Network network) {
    Field at = draft.networks().field(network.name());
    Uplink carrier = draft.uplinkOf(network);
    if (carrier != null && carrier.leadsOutside()) {
      at.failedPrecondition(
          "physical_network_name",
          network.physicalNetwork(),
          "that uplink leads outside network "
              + carrier.network()
              + " and carries no tunnels; give another");
    }
    for (Uplink uplink : outside) {
      if (!uplink.network().equals(network.name())
          || draft.uplinks().upserts().containsKey(uplink.name())) {
        continue; // Those of the draft itself look at the network.
      }
      for (UnderlayAddress own : uplink.addresses().toList()) {
        boolean ipv6 = own.address().ipv6();
        IpPrefix range = network.range(ipv6);
        if (range != null && range.overlaps(own.onLink())) {
          at.failedPrecondition(
              ipv6 ? "range6" : "range4",
              AddressReader.text(range),
              "overlaps the link "
                  + AddressReader.text(own.onLink())
                  + " of uplink "
                  + uplink.name()
                  + ", which leads outside it; give another range or delete the uplink");
        }
      }
    }
  }

  private void checkDeletedNetwork(String name) {
    for (Uplink uplink : outside) {
      boolean stays = !draft.uplinks().upserts().containsKey(uplink.name());
      if (uplink.network().equals(name) && stays) {
        draft
            .networks()
            .field(name)
            .failedPrecondition(
                "name", name, "uplink " + uplink.name() + " leads outside it; delete that too");
      }
    }
  }
}
