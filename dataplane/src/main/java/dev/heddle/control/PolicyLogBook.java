package dev.heddle.control;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.PolicyLogEntry;
import dev.heddle.api.v1.RuleDecision;
import dev.heddle.model.IpAddress;
import dev.heddle.observe.PolicyLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The last notes of Log rules, with the names that rules had when they decided.
 *
 * <p>Threading: while no update is under way.
 */
final class PolicyLogBook {
  /** Older notes are forgotten. */
  static final int MAX_ENTRIES = 1024;

  /**
   * Whose an interface is, and what decides there.
   *
   * @param since revision from which on that is so
   * @param before what was so until then; null if not known
   */
  private record Owner(String endpoint, Decision.Pair decisions, long since, Owner before) {}

  private final List<PolicyLog> logs;
  private final Map<Integer, Owner> owners = new HashMap<>();
  private final Deque<PolicyLogEntry> entries = new ArrayDeque<>();

  /**
   * @param logs one for each worker
   */
  PolicyLogBook(List<PolicyLog> logs) {
    this.logs = logs;
  }

  /** Notes that an endpoint's packets are decided about otherwise, from a revision on. */
  void decide(int interfaceIndex, String endpoint, Decision.Pair decisions, long revision) {
    Owner before = owners.get(interfaceIndex);
    Owner alone =
        before == null ? null : new Owner(before.endpoint, before.decisions, before.since, null);
    owners.put(interfaceIndex, new Owner(endpoint, decisions, revision, alone));
  }

  /** Takes in what workers noted since it was asked last. */
  void collect() {
    for (int worker = 0; worker < logs.size(); worker++) {
      int from = worker;
      logs.get(worker)
          .drain((timeMs, revision, interfaceIndex, ingress, rule, allowed, packet) ->
              add(from, timeMs, revision, interfaceIndex, ingress, rule, allowed, packet));
    }
  }

  private void add(
      int worker,
      long timeMs,
      long revision,
      int interfaceIndex,
      boolean ingress,
      int rule,
      boolean allowed,
      PolicyLog.Packet packet) {
    Owner owner = owner(interfaceIndex, ingress, rule, revision);
    if (owner == null) {
      return;
    }
    RuleSource source = owner.decisions.of(ingress).sources().get(rule);
    if (entries.size() == MAX_ENTRIES) {
      entries.removeFirst();
    }
    entries.addLast(
        PolicyLogEntry.newBuilder()
            .setTimeMs(timeMs)
            .setWorker(worker)
            .setEndpoint(owner.endpoint)
            .setIngress(ingress)
            .setTier(source.tier())
            .setPolicy(source.policy())
            .setProfile(source.profile())
            .setRule(source.rule())
            .setAllowed(allowed)
            .setSource(address(packet.ipv6(), packet.sourceHigh(), packet.sourceLow()))
            .setDestination(
                address(packet.ipv6(), packet.destinationHigh(), packet.destinationLow()))
            .setProtocol(packet.protocol())
            .setSourcePort(packet.sourcePort())
            .setDestinationPort(packet.destinationPort())
            .build());
  }

  /** Who had an interface in a revision, and such a rule; null if that is not known any more. */
  private Owner owner(int interfaceIndex, boolean ingress, int rule, long revision) {
    Owner owner = owners.get(interfaceIndex);
    if (owner != null && revision < owner.since) {
      owner = owner.before;
    }
    return owner == null || rule >= owner.decisions.of(ingress).sources().size() ? null : owner;
  }

  /**
   * The rule that decided at an interface in a revision.
   *
   * @return null if it is not known any more
   */
  RuleDecision decision(int interfaceIndex, boolean ingress, int rule, long revision) {
    Owner owner = owner(interfaceIndex, ingress, rule, revision);
    return owner == null
        ? null
        : Explanations.tell(
            owner.decisions.of(ingress).sources().get(rule), owner.endpoint, ingress);
  }

  private static ByteString address(boolean ipv6, long high, long low) {
    return AddressReader.toBytes(ipv6 ? IpAddress.v6(high, low) : IpAddress.v4((int) low));
  }

  /** The notes about an endpoint, or all, the oldest first. */
  List<PolicyLogEntry> entries(String endpoint) {
    collect();
    List<PolicyLogEntry> found = new ArrayList<>();
    for (PolicyLogEntry each : entries) {
      if (endpoint.isEmpty() || each.getEndpoint().equals(endpoint)) {
        found.add(each);
      }
    }
    return found;
  }
}
