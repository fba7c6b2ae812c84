package dev.heddle.compile.policy;

import dev.heddle.compile.policy.RuleTier.Action;
import dev.heddle.compile.policy.RuleTier.Rule;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.PolicyPeer;
import dev.heddle.model.PolicyPeer.Ports;
import dev.heddle.model.PolicyRule;
import dev.heddle.model.PolicyRule.IcmpKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a rule of the model asks of packets, as conditions. Pure. */
public final class RuleConditions {
  /** Knows the IP sets of the network that a rule is compiled for. */
  public interface Sets {
    /** The number of a set. */
    int number(String name);

    /** Whether its members have a protocol and port each. */
    boolean isOfServices(String name);
  }

  private record Types(Among<PortRange> types, Among<PortRange> codes) {}

  private RuleConditions() {}

  /** A rule for endpoints of one network. */
  public static Rule of(PolicyRule rule, Sets sets) {
    Action action =
        switch (rule.action()) {
          case ALLOW -> Action.ALLOW;
          case DENY -> Action.DENY;
          case PASS -> Action.PASS;
          case LOG -> Action.LOG;
        };
    List<Condition> conditions = new ArrayList<>();
    for (Types types : types(rule)) {
      addConditions(rule, types, sets, conditions);
    }
    return new Rule(action, conditions);
  }

  /** Either set of a destination will do, of nets or of services. */
  private static void addConditions(
      PolicyRule rule, Types types, Sets sets, List<Condition> conditions) {
    List<Integer> nets = numbers(rule.destination().ipSets(), false, sets);
    List<Integer> services = numbers(rule.destination().ipSets(), true, sets);
    if (!nets.isEmpty() || services.isEmpty()) {
      conditions.add(condition(rule, types, nets, List.of(), sets));
    }
    if (!services.isEmpty()) {
      conditions.add(condition(rule, types, List.of(), services, sets));
    }
  }

  private static Condition condition(
      PolicyRule rule, Types types, List<Integer> nets, List<Integer> services, Sets sets) {
    PolicyPeer source = rule.source();
    PolicyPeer destination = rule.destination();
    return new Condition(
        new Among<IpPrefix>(source.nets(), source.notNets()),
        new Among<IpPrefix>(destination.nets(), destination.notNets()),
        new Among<>(
            numbers(source.ipSets(), false, sets), numbers(source.notIpSets(), false, sets)),
        new Among<>(nets, numbers(destination.notIpSets(), false, sets)),
        new Among<>(services, List.of()),
        protocols(rule),
        types.types(),
        types.codes());
  }

  private static List<Integer> numbers(List<String> names, boolean ofServices, Sets sets) {
    return names.stream()
        .filter(name -> sets.isOfServices(name) == ofServices)
        .map(sets::number)
        .toList();
  }

  private static Among<PortRange> protocols(PolicyRule rule) {
    List<PortRange> any = new ArrayList<>();
    List<PortRange> none = new ArrayList<>();
    for (boolean ipv6 : new boolean[] {false, true}) {
      boolean wanted = rule.ipv6().isEmpty() || rule.ipv6().get() == ipv6;
      if (wanted && rule.protocol().isPresent()) {
        any.add(PortRange.protocol(rule.protocol().getAsInt(), ipv6));
      } else if (wanted && rule.ipv6().isPresent()) {
        any.add(PortRange.version(ipv6));
      }
      rule.notProtocol().ifPresent(number -> none.add(PortRange.protocol(number, ipv6)));
    }
    return new Among<>(any, none);
  }

  /**
   * Ports, or ICMP's type and code in their place. A message is not of a type and code if its type
   * is another, or its code.
   */
  private static List<Types> types(PolicyRule rule) {
    if (rule.icmp().isEmpty() && rule.notIcmp().isEmpty()) {
      return List.of(new Types(ports(rule.source()), ports(rule.destination())));
    }
    List<PortRange> types = rule.icmp().map(RuleConditions::type).stream().toList();
    List<PortRange> codes = rule.icmp().flatMap(RuleConditions::code).stream().toList();
    if (rule.notIcmp().isEmpty()) {
      return List.of(new Types(new Among<>(types, List.of()), new Among<>(codes, List.of())));
    }
    IcmpKind not = rule.notIcmp().get();
    List<Types> all = new ArrayList<>();
    all.add(new Types(new Among<>(types, List.of(type(not))), new Among<>(codes, List.of())));
    code(not)
        .ifPresent(code ->
            all.add(new Types(new Among<>(types, List.of()), new Among<>(codes, List.of(code)))));
    return all;
  }

  private static PortRange type(IcmpKind kind) {
    return new PortRange(kind.type(), kind.type());
  }

  private static Optional<PortRange> code(IcmpKind kind) {
    return kind.code().isEmpty()
        ? Optional.empty()
        : Optional.of(new PortRange(kind.code().getAsInt(), kind.code().getAsInt()));
  }

  private static Among<PortRange> ports(PolicyPeer peer) {
    return new Among<>(ranges(peer.ports()), ranges(peer.notPorts()));
  }

  private static List<PortRange> ranges(List<Ports> ports) {
    return ports.stream().map(each -> new PortRange(each.first(), each.last())).toList();
  }
}
