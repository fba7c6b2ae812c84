package dev.heddle.control;

import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Checks networks and endpoints of a draft against each other and against what there is, as it will
 * be when the draft is applied.
 */
final class ReferenceChecks {
  private static final int MAX_NAMES_SHOWN = 3;

  private final DesiredState state;
  private final Draft draft;
  private final AddressOwners owners;
  private final ToLongFunction<String> routeCount;
  private final Map<Integer, String> draftVnis = new HashMap<>();
  private final AttachmentChecks attachments;

  /**
   * @param owners learns the addresses of the draft's endpoints
   * @param routeCount how many routes a network has that exists already
   */
  ReferenceChecks(
      DesiredState state, Draft draft, AddressOwners owners, ToLongFunction<String> routeCount) {
    this.state = state;
    this.draft = draft;
    this.owners = owners;
    this.routeCount = routeCount;
    attachments = new AttachmentChecks(state, draft);
  }

  /** Notes all mistakes in the draft. */
  void run() {
    draft.networks().upserts().values().forEach(this::check);
    draft.networks().deletes().forEach(this::checkDeletedNetwork);
    draft.endpoints().upserts().values().forEach(this::check);
  }

  private void check(Network network) {
    Field at = draft.networks().field(network.name());
    String inDraft = draftVnis.putIfAbsent(network.vni(), network.name());
    String other = inDraft != null ? inDraft : state.networkByVni(network.vni());
    if (other != null && !other.equals(network.name()) && hasVni(other, network.vni())) {
      at.alreadyExists("vni", network.vni(), "taken by network " + other + "; give another");
    }
    Network before = draft.networks().before(network.name());
    if (before == null) {
      return;
    }
    long routes = routeCount.applyAsLong(network.name());
    if (before.countRoutes() != network.countRoutes() && routes > 0) {
      at.failedPrecondition(
          "count_routes",
          network.countRoutes(),
          "the network has " + routes + " routes; delete them first");
    }
    for (Endpoint endpoint : state.endpointsOf(network.name()).values()) {
      if (draft.endpoints().field(endpoint.name()) == null) {
        checkStillFits(endpoint, network, draft.mtuBytes(network), at);
      }
    }
  }

  private boolean hasVni(String network, int vni) {
    Network after = draft.networks().after(network);
    return after != null && after.vni() == vni;
  }

  private static void checkStillFits(Endpoint endpoint, Network network, int mtuBytes, Field at) {
    for (IpAddress address : endpoint.addresses()) {
      String problem = addressProblem(address, network);
      if (problem != null) {
        at.failedPrecondition(
            address.ipv6() ? "range6" : "range4",
            rangeText(network, address.ipv6()),
            "address "
                + AddressReader.text(address)
                + " of endpoint "
                + endpoint.name()
                + " "
                + problem
                + "; change the endpoint too or delete it");
      }
    }
    if (endpoint.mtuBytes() > mtuBytes) {
      at.failedPrecondition(
          "mtu",
          mtuBytes,
          "endpoint "
              + endpoint.name()
              + " has "
              + endpoint.mtuBytes()
              + "; lower that too or give no less");
    }
  }

  private void checkDeletedNetwork(String name) {
    List<String> left =
        state.endpointsOf(name).keySet().stream()
            .filter(endpoint -> draft.endpoints().after(endpoint) != null)
            .sorted()
            .toList();
    if (!left.isEmpty()) {
      draft
          .networks()
          .field(name)
          .failedPrecondition(
              "name",
              name,
              "still has "
                  + left.size()
                  + (left.size() == 1 ? " endpoint: " : " endpoints: ")
                  + String.join(", ", left.subList(0, Math.min(MAX_NAMES_SHOWN, left.size())))
                  + (left.size() > MAX_NAMES_SHOWN ? ", ..." : "")
                  + "; delete them too");
    }
  }

  private void check(Endpoint endpoint) {
    Field at = draft.endpoints().field(endpoint.name());
    Endpoint before = draft.endpoints().before(endpoint.name());
    if (before != null && !before.network().equals(endpoint.network())) {
      draft.endpoints().setUnclear(endpoint.name());
      at.failedPrecondition(
          "network",
          endpoint.network(),
          "the endpoint stands in "
              + before.network()
              + ", and cannot move; delete it, then create it anew");
      return;
    }
    attachments.check(endpoint, before, at);
    Network network = draft.networks().after(endpoint.network());
    if (network != null) {
      checkInNetwork(endpoint, network, at);
    } else if (!draft.networks().isUnclear(endpoint.network())) {
      at.notFound("network", endpoint.network(), "no such network; create it first or with this");
    }
  }

  private void checkInNetwork(Endpoint endpoint, Network network, Field at) {
    for (int i = 0; i < endpoint.addresses().size(); i++) {
      IpAddress address = endpoint.addresses().get(i);
      String field = "addresses[" + i + "]";
      String problem = addressProblem(address, network);
      if (problem != null) {
        at.invalid(field, AddressReader.text(address), problem + "; give a free one inside");
        continue;
      }
      String other = owners.claim(endpoint, address);
      if (other != null) {
        at.alreadyExists(
            field,
            AddressReader.text(address),
            "taken in network " + network.name() + " by endpoint " + other + "; give another");
      }
    }
    int mtuBytes = draft.mtuBytes(network);
    if (endpoint.mtuBytes() > mtuBytes) {
      at.invalid(
          "mtu",
          endpoint.mtuBytes(),
          "above the " + mtuBytes + " of network " + network.name() + "; give no more");
    }
  }

  private static String addressProblem(IpAddress address, Network network) {
    IpPrefix range = network.range(address.ipv6());
    if (range == null) {
      return "is of a family that network " + network.name() + " has no range of";
    }
    if (!range.contains(address)) {
      return "lies outside network " + network.name() + "'s range " + AddressReader.text(range);
    }
    if (network.isGateway(address)) {
      return "is the gateway's own in network " + network.name();
    }
    if (!NetworkReader.isHost(address, range)) {
      return "is no host's: the first or the broadcast address of " + AddressReader.text(range);
    }
    return null;
  }

  private static String rangeText(Network network, boolean ipv6) {
    IpPrefix range = network.range(ipv6);
    return range == null ? "(absent)" : AddressReader.text(range);
  }
}
