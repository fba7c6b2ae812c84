package dev.heddle.control;

import dev.heddle.api.Addresses;
import dev.heddle.control.DesiredState.MemifKey;
import dev.heddle.model.DpdkAttachment;
import dev.heddle.model.Endpoint;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.model.Node;
import dev.heddle.model.UnderlayAddress;
import dev.heddle.model.Uplink;
import dev.heddle.model.Vtep;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks uplinks and nodes of a draft, and what networks need of them, as it will be when the draft
 * is applied.
 */
final class UnderlayChecks {
  private final DesiredState state;
  private final Draft draft;
  private final Map<Vtep, String> draftVteps = new HashMap<>();

  UnderlayChecks(DesiredState state, Draft draft) {
    this.state = state;
    this.draft = draft;
  }

  /** Notes all mistakes in the draft. */
  void run() {
    draft.uplinks().upserts().values().forEach(this::check);
    draft.uplinks().deletes().forEach(this::checkDeletedUplink);
    draft.nodes().upserts().values().forEach(this::check);
    draft.networks().upserts().values().forEach(this::check);
  }

  private void check(Uplink uplink) {
    Field at = draft.uplinks().field(uplink.name());
    Uplink before = draft.uplinks().before(uplink.name());
    if (before != null
        && !before.attachment().equals(uplink.attachment())
        && !AttachmentChecks.reportOtherSecret(before.attachment(), uplink.attachment(), at)) {
      at.failedPrecondition(
          "attachment",
          uplink.attachment(),
          "that of an uplink cannot change; delete it, then create it anew");
    }
    if (before != null && before.mac() != uplink.mac()) {
      at.failedPrecondition(
          "mac",
          Addresses.formatMac(MacReader.toBytes(uplink.mac())),
          "that of an uplink cannot change; delete it, then create it anew");
    }
    switch (uplink.attachment()) {
      case MemifAttachment memif -> checkMemif(uplink, MemifKey.of(memif), at);
      case DpdkAttachment dpdk -> checkDevice(uplink, dpdk, at);
    }
    uplink.addresses().forEach(own -> checkIsNoNodes(uplink, own, at));
    if (before != null && uplink.networkMtuBytes() < before.networkMtuBytes() || before == null) {
      state.networks().values().stream()
          .filter(network -> draft.networks().field(network.name()) == null)
          .filter(network -> network.physicalNetwork().equals(uplink.name()))
          .forEach(network -> checkStillFits(network, uplink, at));
    }
  }

  private void checkDevice(Uplink uplink, DpdkAttachment dpdk, Field at) {
    for (Uplink other : draft.uplinks().allAfter()) {
      if (other != uplink
          && other.attachment() instanceof DpdkAttachment taken
          && taken.devargs().equals(dpdk.devargs())) {
        at.alreadyExists(
            "dpdk.devargs",
            dpdk.devargs(),
            "taken by uplink " + Names.orDefault(other.name()) + "; give another device");
      }
    }
  }

  private void checkMemif(Uplink uplink, MemifKey key, Field at) {
    for (Uplink other : draft.uplinks().allAfter()) {
      if (other != uplink
          && other.attachment() instanceof MemifAttachment memif
          && MemifKey.of(memif).equals(key)) {
        AttachmentChecks.reportTaken(key, "uplink " + Names.orDefault(other.name()), at);
      }
    }
    // Endpoints of the draft itself look at all uplinks.
    String endpoint = state.endpointByAttachment(key);
    if (endpoint != null && draft.endpoints().field(endpoint) == null) {
      AttachmentChecks.reportTaken(key, "endpoint " + endpoint, at);
    }
  }

  /** Nodes of the draft itself look at all uplinks. */
  private void checkIsNoNodes(Uplink uplink, UnderlayAddress own, Field at) {
    String node = state.nodeByVtep(new Vtep(uplink.name(), own.address()));
    if (node != null && draft.nodes().field(node) == null) {
      at.alreadyExists(
          own.address().ipv6() ? "address6" : "address4",
          AddressReader.text(own.address()),
          "that of node " + node + "; give this node's own");
    }
  }

  private void checkStillFits(Network network, Uplink uplink, Field at) {
    int mtuBytes = uplink.networkMtuBytes();
    String larger = network.mtuBytes() > mtuBytes ? "network " + network.name() + " has " : null;
    int needed = network.mtuBytes();
    if (larger == null && network.mtuBytes() == 0) {
      for (Endpoint endpoint : state.endpointsOf(network.name()).values()) {
        boolean stays = draft.endpoints().field(endpoint.name()) == null;
        if (stays && endpoint.mtuBytes() > Math.max(mtuBytes, needed)) {
          larger = "endpoint " + endpoint.name() + " has ";
          needed = endpoint.mtuBytes();
        }
      }
    }
    if (larger != null) {
      at.failedPrecondition(
          "mtu",
          uplink.mtuBytes(),
          larger
              + needed
              + ", and "
              + mtuBytes
              + " fit into tunnels; lower that too or give no less than "
              + (needed + uplink.mtuBytes() - mtuBytes));
    }
  }

  private void checkDeletedUplink(String name) {
    if (name.isEmpty()) {
      return; // Networks that name no uplink do without one until routes lead to nodes.
    }
    state.networks().values().stream()
        .filter(network -> draft.networks().field(network.name()) == null)
        .filter(network -> network.physicalNetwork().equals(name))
        .findFirst()
        .ifPresent(network ->
            draft
                .uplinks()
                .field(name)
                .failedPrecondition(
                    "name",
                    name,
                    "is the physical network of network "
                        + network.name()
                        + "; delete that too or give it another one"));
  }

  private void check(Node node) {
    Field at = draft.nodes().field(node.name());
    for (int i = 0; i < node.vteps().size(); i++) {
      Vtep vtep = node.vteps().get(i);
      String owner = owner(node, vtep);
      if (owner != null) {
        at.alreadyExists(
            "vteps[" + i + "].address",
            AddressReader.text(vtep.address()),
            "that of "
                + owner
                + " on physical network "
                + Names.orDefault(vtep.physicalNetwork())
                + "; give this node's");
      }
    }
  }

  /** Who else has an address, in words; null if nobody. */
  private String owner(Node node, Vtep vtep) {
    Uplink uplink = draft.uplinks().after(vtep.physicalNetwork());
    UnderlayAddress own = uplink == null ? null : uplink.address(vtep.address().ipv6());
    if (own != null && own.address().equals(vtep.address())) {
      return "our own uplink";
    }
    String inDraft = draftVteps.putIfAbsent(vtep, node.name());
    if (inDraft != null) {
      return "node " + inDraft;
    }
    String other = state.nodeByVtep(vtep);
    boolean taken =
        other != null
            && !other.equals(node.name())
            && draft.nodes().after(other) == draft.nodes().before(other)
            && !draft.nodes().isUnclear(other);
    return taken ? "node " + other : null;
  }

  private void check(Network network) {
    Field at = draft.networks().field(network.name());
    String name = network.physicalNetwork();
    Uplink uplink = draft.uplinks().after(name);
    if (uplink == null) {
      if (!name.isEmpty() && !draft.uplinks().isUnclear(name)) {
        at.notFound(
            "physical_network_name",
            name,
            "no such physical network; create its uplink first or with this, or leave it out for"
                + " the default one");
      }
      return;
    }
    if (!uplink.leadsOutside() && network.mtuBytes() > uplink.networkMtuBytes()) {
      at.failedPrecondition(
          "mtu",
          network.mtuBytes(),
          "above the "
              + uplink.networkMtuBytes()
              + " that fit into tunnels of uplink "
              + Names.orDefault(name)
              + "; give no more, or leave it out for that");
    }
  }

  /**
   * Why routes of a network cannot lead to a node, in words; null if they can.
   *
   * @param uplink the network's; null if there is none
   */
  static String obstacle(Network network, Uplink uplink, Node node) {
    String physicalNetwork = Names.orDefault(network.physicalNetwork());
    if (uplink == null) {
      return "physical network " + physicalNetwork + " has no uplink";
    }
    if (node.tunnelEnd(uplink) != null) {
      return null;
    }
    boolean any = false;
    for (boolean ipv6 : new boolean[] {false, true}) {
      if (node.vtep(uplink.name(), ipv6) == null) {
        continue;
      }
      any = true;
      if (uplink.address(ipv6) != null) {
        return "node %s at %s is not on the link of uplink %s, which has no gateway%s"
            .formatted(
                node.name(),
                AddressReader.text(node.vtep(uplink.name(), ipv6)),
                physicalNetwork,
                ipv6 ? "6" : "4");
      }
    }
    return any
        ? "node %s and uplink %s have no address family in common"
            .formatted(node.name(), physicalNetwork)
        : "node %s has no address on physical network %s".formatted(node.name(), physicalNetwork);
  }
}
