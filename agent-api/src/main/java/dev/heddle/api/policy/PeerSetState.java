package dev.heddle.api.policy;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** One set: its members, and what was told of them. */
final class PeerSetState {
  private final Map<PeerMember, Integer> endpointsByMember = new HashMap<>();

  /** Members that may have changed since they were told, with whether they were members then. */
  private final Map<PeerMember, Boolean> told = new HashMap<>();

  private PeerSet set;
  private boolean removed;
  private boolean isTold;

  PeerSetState(PeerSet set) {
    this.set = set;
  }

  PeerSet set() {
    return set;
  }

  boolean isTold() {
    return isTold;
  }

  boolean isRemoved() {
    return removed;
  }

  /** Gives the set another definition; its members are yet to be added again. */
  void redefine(PeerSet newSet) {
    clear();
    set = newSet;
    removed = false;
  }

  void remove() {
    clear();
    removed = true;
  }

  private void clear() {
    endpointsByMember.keySet().forEach(member -> told.putIfAbsent(member, true));
    endpointsByMember.clear();
  }

  /** Members that one more endpoint gives. */
  void add(List<PeerMember> members) {
    for (PeerMember member : members) {
      if (endpointsByMember.merge(member, 1, Integer::sum) == 1) {
        told.putIfAbsent(member, false);
      }
    }
  }

  /** Members that one endpoint less gives. */
  void remove(List<PeerMember> members) {
    for (PeerMember member : members) {
      int left = endpointsByMember.merge(member, -1, Integer::sum);
      if (left == 0) {
        endpointsByMember.remove(member);
        told.putIfAbsent(member, true);
      }
    }
  }

  /** What is to be told; afterwards it is. */
  Optional<Operation> tell() {
    Optional<Operation> operation =
        removed ? deletion() : isTold ? change() : Optional.of(Operations.upsert(whole()));
    isTold = !removed;
    told.clear();
    return operation;
  }

  private Optional<Operation> deletion() {
    return isTold
        ? Optional.of(Operations.deleteIpSet(set.network(), set.name()))
        : Optional.empty();
  }

  private Optional<Operation> change() {
    SortedSet<PeerMember> added = new TreeSet<>();
    SortedSet<PeerMember> gone = new TreeSet<>();
    told.forEach((member, before) -> {
      if (endpointsByMember.containsKey(member) != before) {
        (before ? gone : added).add(member);
      }
    });
    if (added.isEmpty() && gone.isEmpty()) {
      return Optional.empty();
    }
    IpSetChange.Builder change =
        IpSetChange.newBuilder().setNetwork(set.network()).setName(set.name());
    if (set.port().isEmpty()) {
      added.forEach(member -> change.addAddedNets(member.net()));
      gone.forEach(member -> change.addRemovedNets(member.net()));
    } else {
      added.forEach(member -> change.addAddedServices(member.service()));
      gone.forEach(member -> change.addRemovedServices(member.service()));
    }
    return Optional.of(Operations.change(change.build()));
  }

  /** The set with all its members, in order. */
  IpSet whole() {
    IpSet.Builder whole = IpSet.newBuilder().setNetwork(set.network()).setName(set.name());
    SortedSet<PeerMember> members = new TreeSet<>(endpointsByMember.keySet());
    if (set.port().isEmpty()) {
      whole.setType(IpSet.Type.TYPE_NETS);
      members.forEach(member -> whole.addNets(member.net()));
    } else {
      whole.setType(IpSet.Type.TYPE_SERVICES);
      members.forEach(member -> whole.addServices(member.service()));
    }
    return whole.build();
  }
}
