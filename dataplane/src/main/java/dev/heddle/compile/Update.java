package dev.heddle.compile;

import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.IntArrayList;

/** What an update has touched so far, and how to undo it. */
final class Update {
  final List<EndpointState> removedEndpoints = new ArrayList<>();
  final List<UplinkState> removedUplinks = new ArrayList<>();
  final Set<String> changedNodes = new HashSet<>();
  final List<NodeState> removedNodes = new ArrayList<>();
  final List<VrfState> removedVrfs = new ArrayList<>();

  /** Sets that no route may lead to any more. */
  final Set<Hop> idleSets = new LinkedHashSet<>();

  final List<Hop> newSets = new ArrayList<>();
  final Set<EndpointState> touchedEndpoints = new LinkedHashSet<>();

  /** By network, how many routes it had before. */
  private final Map<VrfState, Long> touchedVrfs = new LinkedHashMap<>();

  private final Deque<Runnable> undo = new ArrayDeque<>();

  /**
   * Hops in the order in which routes took them (the hop's index) or left them (its complement).
   */
  private final IntArrayList uses = new IntArrayList();

  private VrfState lastTouched;

  void touch(VrfState vrf) {
    if (vrf != lastTouched) {
      lastTouched = vrf;
      touchedVrfs.putIfAbsent(vrf, vrf.routeCount);
    }
  }

  /** The endpoint's attachment, or what leads to it, has to be written anew. */
  void touch(EndpointState endpoint) {
    touchedEndpoints.add(endpoint);
    endpoint.vrf.hopsStale = true;
    touch(endpoint.vrf);
  }

  /** What packets need to know of its endpoints and next hops has to be written anew. */
  void touchWholly(VrfState vrf) {
    touch(vrf);
    vrf.hopsStale = true;
    touchedEndpoints.addAll(vrf.endpoints.values());
  }

  void onUndo(Runnable action) {
    undo.push(action);
  }

  void acquire(Hop hop) {
    hop.acquire();
    uses.addInt(hop.index);
  }

  void release(Hop hop) {
    hop.release();
    uses.addInt(~hop.index);
    if (!hop.used() && hop.set != null) {
      idleSets.add(hop);
      hop.members().stream().filter(member -> member.set != null).forEach(idleSets::add);
    }
  }

  Set<VrfState> touchedVrfs() {
    return touchedVrfs.keySet();
  }

  /** The next revision's attachments, after the one before. */
  Attachment[] attachments(Attachment[] before, int end, Map<String, EndpointState> endpoints) {
    if (touchedEndpoints.isEmpty() && removedEndpoints.isEmpty()) {
      return before;
    }
    Attachment[] attachments = Arrays.copyOf(before, end);
    removedEndpoints.forEach(endpoint -> attachments[endpoint.interfaceIndex] = null);
    touchedEndpoints.stream()
        .filter(endpoint -> endpoints.get(endpoint.endpoint.name()) == endpoint)
        .forEach(endpoint -> attachments[endpoint.interfaceIndex] = endpoint.attachment());
    return attachments;
  }

  /** The next revision's networks, after the one before. */
  Vrf[] vrfs(Vrf[] before, int end) {
    Vrf[] compiled = Arrays.copyOf(before, end);
    touchedVrfs().forEach(vrf -> compiled[vrf.index] = vrf.compile());
    removedVrfs.forEach(vrf -> compiled[vrf.index] = null);
    return compiled;
  }

  /** By how many the routes of operators have grown in number. */
  long routesAdded() {
    long added = 0;
    for (Map.Entry<VrfState, Long> touched : touchedVrfs.entrySet()) {
      added += touched.getKey().routeCount - touched.getValue();
    }
    return added;
  }

  boolean changesAnything() {
    return !touchedVrfs.isEmpty() || !removedEndpoints.isEmpty();
  }

  /** Brings back everything but the routes themselves, which the route tables roll back. */
  void undo(HopTable hops) {
    for (int i = uses.size() - 1; i >= 0; i--) {
      int use = uses.getInt(i);
      if (use >= 0) {
        hops.get(use).release();
      } else {
        hops.get(~use).acquire();
      }
    }
    touchedVrfs.forEach((vrf, routeCount) -> {
      vrf.routeCount = routeCount;
      vrf.hopsStale = false;
    });
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
  }
}
