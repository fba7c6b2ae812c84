package dev.heddle.compile;

import dev.heddle.model.Node;
import dev.heddle.model.Uplink;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The part of a {@link TableCompiler} that takes changes of uplinks and nodes. */
public final class UnderlayCompiler {
  private final UnderlayState underlay;
  private final IndexPool interfaceIndexes;
  private final Map<String, VrfState> vrfs;
  private Update update;

  UnderlayCompiler(UnderlayState underlay, IndexPool interfaceIndexes, Map<String, VrfState> vrfs) {
    this.underlay = underlay;
    this.interfaceIndexes = interfaceIndexes;
    this.vrfs = vrfs;
  }

  void begin(Update begun) {
    update = begun;
  }

  /**
   * Adds an uplink. Tell its Ethernet address before the update is finished.
   *
   * @return its interface index
   */
  public int addUplink(Uplink uplink) {
    int interfaceIndex = interfaceIndexes.take();
    update.onUndo(() -> interfaceIndexes.undoTake(interfaceIndex));
    underlay.add(interfaceIndex, uplink, update);
    touchNetworksOf(uplink);
    return interfaceIndex;
  }

  /** Gives an uplink its new definition. */
  public void changeUplink(Uplink uplink) {
    underlay.change(uplink, update);
    touchNetworksOf(uplink);
  }

  /** Removes an uplink; routes of its networks may not lead to nodes at the update's end. */
  public void removeUplink(String name) {
    UplinkState removed = underlay.removeUplink(name, update);
    update.removedUplinks.add(removed);
    touchNetworksOf(removed.uplink);
  }

  private void touchNetworksOf(Uplink uplink) {
    vrfs.values().stream()
        .filter(vrf ->
            uplink.leadsOutside()
                ? vrf.network.name().equals(uplink.network())
                : vrf.network.physicalNetwork().equals(uplink.name()))
        .forEach(update::touchWholly);
  }

  /**
   * Tells an uplink's Ethernet address.
   *
   * @param mac in the low 48 bits, the first byte on the wire lowest
   */
  public void setMac(String uplink, long mac) {
    underlay.uplinks.get(uplink).mac = mac;
  }

  /** Adds another node. */
  public void addNode(Node node) {
    underlay.add(node, update);
  }

  /** Gives a node its new definition. */
  public void changeNode(Node node) {
    underlay.change(node, update);
    update.changedNodes.add(node.name());
  }

  /** Hops to nodes that changed have to be written anew. */
  void touchNetworksOfChangedNodes() {
    if (update.changedNodes.isEmpty()) {
      return;
    }
    for (VrfState vrf : vrfs.values()) {
      if (!Collections.disjoint(vrf.remotes.keySet(), update.changedNodes)) {
        update.touch(vrf);
        vrf.hopsStale = true;
      }
    }
  }

  /** Removes a node; routes may not lead to it at the update's end. */
  public void removeNode(String name) {
    update.removedNodes.add(underlay.removeNode(name, update));
  }

  /** Names of the nodes that routes of a network lead to. */
  public List<String> nodesInUse(String network) {
    List<String> names = new ArrayList<>();
    vrfs.get(network)
        .remotes
        .forEach((node, hop) -> {
          if (hop.used()) {
            names.add(node);
          }
        });
    return names;
  }

  /** Interface indexes of the uplinks that the update removes. */
  public List<Integer> removedUplinks() {
    return update.removedUplinks.stream().map(state -> state.interfaceIndex).toList();
  }

  void forgetRemoved() {
    update.removedUplinks.forEach(uplink -> {
      underlay.forget(uplink);
      interfaceIndexes.giveBack(uplink.interfaceIndex);
    });
    update.removedNodes.forEach(underlay::forget);
  }

  /** The index under which workers know an uplink. */
  public int interfaceIndex(String uplink) {
    return underlay.uplinks.get(uplink).interfaceIndex;
  }

  /** An uplink's Ethernet address in use. */
  public long mac(String uplink) {
    return underlay.uplinks.get(uplink).mac;
  }

  /** Whether the tables that were finished last may have other neighbours than those before. */
  public boolean hasOtherNeighbours() {
    return underlay.hasOtherNeighbours();
  }

  /** The tunnel with an index in the tables that were finished last; null if there is none. */
  public CompiledTunnel tunnel(int index) {
    return underlay.tunnel(index);
  }

  /** Tunnels in the tables that were finished last, by node and uplink; never changed. */
  public List<CompiledTunnel> tunnels() {
    return underlay.tunnels();
  }

  /** Indexes of an uplink's tunnels in the tables that were finished last. */
  public Collection<Integer> tunnelIndexes(String uplink) {
    return underlay.uplinks.get(uplink).tunnels.values();
  }

  /**
   * Whom packets are sent to through uplinks in the tables that were finished last, by index; never
   * changed.
   */
  public List<WantedNeighbour> wantedNeighbours() {
    return underlay.wantedNeighbours();
  }
}
