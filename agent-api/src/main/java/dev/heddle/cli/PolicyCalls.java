package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Operations;
import dev.heddle.api.policy.RuleText;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.Profile;
import dev.heddle.api.v1.RuleHits;
import dev.heddle.api.v1.Tier;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;

/** What {@code heddle policy} asks the daemon, apart from it, so that gRPC loads only if asked. */
final class PolicyCalls {
  private record Everything(
      List<Tier> tiers, List<Policy> policies, List<Profile> profiles, List<IpSet> ipSets) {}

  private PolicyCalls() {}

  static void list(SocketOption socket, Output output) {
    Everything all =
        Daemon.ask(
            socket,
            client ->
                new Everything(
                    client.tiers(), client.policies(), client.profiles(), client.ipSets()));
    output.write(out -> print(all, out), json -> writeJson(all, json));
  }

  static void delete(SocketOption socket, List<String> names) {
    Daemon.apply(socket, names.stream().map(Operations::deletePolicy).toList());
  }

  private static List<Tier> inOrder(List<Tier> tiers) {
    return tiers.stream()
        .sorted(Comparator.comparingInt(Tier::getOrder).thenComparing(Tier::getName))
        .toList();
  }

  private static List<Policy> ofTier(Everything all, Tier tier) {
    return all.policies().stream()
        .filter(policy -> policy.getTier().equals(tier.getName()))
        .sorted(Comparator.comparingInt(Policy::getOrder).thenComparing(Policy::getName))
        .toList();
  }

  private static void print(Everything all, PrintWriter out) {
    int width = Output.widthCharacters();
    TextTable policies =
        new TextTable()
            .flexible("Tier")
            .text("Its end")
            .flexible("Policy")
            .number("Order")
            .number("Ingress rules")
            .number("Egress rules")
            .flexible("Selects");
    for (Tier tier : inOrder(all.tiers())) {
      List<Policy> ofTier = ofTier(all, tier);
      if (ofTier.isEmpty()) {
        policies.row(tier.getName(), RuleText.of(tier.getDefaultAction()), "", "", "", "", "");
      }
      for (Policy policy : ofTier) {
        policies.row(
            tier.getName(),
            RuleText.of(tier.getDefaultAction()),
            policy.getName(),
            policy.getOrder(),
            policy.getAppliesToIngress() ? policy.getIngressCount() : "",
            policy.getAppliesToEgress() ? policy.getEgressCount() : "",
            selects(policy));
      }
    }
    policies.print(out, width);
    out.println();
    TextTable profiles =
        new TextTable().flexible("Profile").number("Ingress rules").number("Egress rules");
    for (Profile profile : all.profiles()) {
      profiles.row(profile.getName(), profile.getIngressCount(), profile.getEgressCount());
    }
    profiles.print(out, width);
    out.println();
    TextTable sets =
        new TextTable().flexible("Network").flexible("IP set").text("Of").number("Members");
    for (IpSet set : all.ipSets()) {
      sets.row(
          set.getNetwork(), set.getName(), type(set), set.getNetsCount() + set.getServicesCount());
    }
    sets.print(out, width);
  }

  private static String selects(Policy policy) {
    String selector = policy.getSelector().isEmpty() ? "all()" : policy.getSelector();
    return policy.getNamespace().isEmpty()
        ? selector
        : selector + " in namespace " + policy.getNamespace();
  }

  private static String type(IpSet set) {
    return set.getType() == IpSet.Type.TYPE_SERVICES ? "services" : "nets";
  }

  private static void writeJson(Everything all, JsonWriter json) throws IOException {
    json.beginObject();
    json.name("tiers").beginArray();
    for (Tier tier : inOrder(all.tiers())) {
      json.beginObject();
      json.name("name").value(tier.getName());
      json.name("order").value(tier.getOrder());
      json.name("end").value(RuleText.of(tier.getDefaultAction()));
      json.name("policies").beginArray();
      for (Policy policy : ofTier(all, tier)) {
        json.beginObject();
        json.name("name").value(policy.getName());
        json.name("order").value(policy.getOrder());
        json.name("namespace").value(policy.getNamespace());
        json.name("selector").value(policy.getSelector());
        json.name("ingressRules")
            .value(policy.getAppliesToIngress() ? policy.getIngressCount() : null);
        json.name("egressRules")
            .value(policy.getAppliesToEgress() ? policy.getEgressCount() : null);
        json.endObject();
      }
      json.endArray();
      json.endObject();
    }
    json.endArray();
    json.name("profiles").beginArray();
    for (Profile profile : all.profiles()) {
      json.beginObject();
      json.name("name").value(profile.getName());
      json.name("ingressRules").value(profile.getIngressCount());
      json.name("egressRules").value(profile.getEgressCount());
      json.endObject();
    }
    json.endArray();
    json.name("ipSets").beginArray();
    for (IpSet set : all.ipSets()) {
      json.beginObject();
      json.name("network").value(set.getNetwork());
      json.name("name").value(set.getName());
      json.name("of").value(type(set));
      json.name("members").value(set.getNetsCount() + set.getServicesCount());
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  static void hits(SocketOption socket, Output output, String endpoint) {
    List<RuleHits> hits = Daemon.ask(socket, client -> client.ruleHits(endpoint));
    output.write(out -> print(hits, out), json -> writeJson(hits, json));
  }

  private static void print(List<RuleHits> hits, PrintWriter out) {
    TextTable table =
        new TextTable()
            .flexible("Endpoint")
            .text("Direction")
            .flexible("Tier")
            .flexible("Policy or profile")
            .text("Rule")
            .text("Action")
            .number("Packets");
    for (RuleHits each : hits) {
      table.row(
          each.getEndpoint(),
          direction(each),
          each.getTier(),
          each.getPolicy() + each.getProfile(),
          each.getRule() < 0 ? "end" : each.getRule(),
          RuleText.of(each.getAction()),
          each.getPackets());
    }
    table.print(out, Output.widthCharacters());
  }

  private static String direction(RuleHits hits) {
    return hits.getIngress() ? "ingress" : "egress";
  }

  private static void writeJson(List<RuleHits> hits, JsonWriter json) throws IOException {
    json.beginArray();
    for (RuleHits each : hits) {
      json.beginObject();
      json.name("endpoint").value(each.getEndpoint());
      json.name("direction").value(direction(each));
      json.name("tier").value(each.getTier());
      json.name("policy").value(each.getPolicy());
      json.name("profile").value(each.getProfile());
      json.name("rule").value(each.getRule());
      json.name("action").value(RuleText.of(each.getAction()));
      json.name("packets").value(each.getPackets());
      json.endObject();
    }
    json.endArray();
  }
}
