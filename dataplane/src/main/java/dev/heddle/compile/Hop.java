package dev.heddle.compile;

import dev.heddle.model.IpAddress;
import dev.heddle.model.NextHopSet;
import java.util.List;

/** A next hop that routes refer to by its index. */
final class Hop {
  final int index;

  /** What it means; null where it is an endpoint's own or one of the fixed ones. */
  final NextHopSet set;

  /** Whose own it is; null where it is a set's or one of the fixed ones. */
  EndpointState endpoint;

  /** The node that it leads to alone; null if there is none. */
  String node;

  /** The gateway that it leads to alone; null if there is none. */
  IpAddress gateway;

  /** The network of a set. */
  VrfState vrf;

  /** The hops of what the set names, where those are several; without what gateways lead to. */
  private final List<Hop> members;

  /** In an update with this number it came to be: no worker has seen it before that one's end. */
  final long bornInUpdate;

  /** Routes that lead here, and sets in use that name it. */
  private int uses;

  /** The equal-cost group as it was laid out last; null if there is none. */
  int[] group;

  /** Where that stands in the table of groups. */
  int groupOffset;

  Hop(int index, NextHopSet set, List<Hop> members, long bornInUpdate) {
    this.index = index;
    this.set = set;
    this.members = members;
    this.bornInUpdate = bornInUpdate;
  }

  void acquire() {
    if (uses++ == 0) {
      members.forEach(Hop::acquire);
    }
  }

  void release() {
    if (--uses == 0) {
      members.forEach(Hop::release);
    }
  }

  List<Hop> members() {
    return members;
  }

  boolean used() {
    return uses > 0;
  }
}
