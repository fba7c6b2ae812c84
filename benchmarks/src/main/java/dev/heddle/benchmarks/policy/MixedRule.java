package dev.heddle.benchmarks.policy;

import dev.heddle.benchmarks.endtoend.BenchNetwork;
import dev.heddle.compile.policy.Among;
import dev.heddle.compile.policy.Condition;
import dev.heddle.compile.policy.PortRange;
import dev.heddle.compile.policy.RuleTier;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A rule that is never true of the benchmarks' packets: their addresses are none of its own, or
 * their protocol or ports. Such rules are of all kinds: nets with ports, nets at both ends, ports
 * that are excluded, whole protocols.
 *
 * @param denies what it does with a packet of which it is true
 * @param source net; null for any
 * @param destination net; null for any
 * @param protocol number; 0 for any
 * @param ports destination ports; null for any
 * @param isExcept whether it is true of all destination ports but these
 */
public record MixedRule(
    boolean denies,
    IpPrefix source,
    IpPrefix destination,
    int protocol,
    PortRange ports,
    boolean isExcept) {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final IpPrefix OWN =
      IpPrefix.containing(IpAddress.v4(BenchNetwork.RANGE), BenchNetwork.RANGE_LENGTH);

  /** The rule of this number among those that a seed gives, drawn in their order. */
  public static MixedRule draw(int number, SplittableRandom random) {
    boolean denies = number % 3 == 0;
    IpPrefix net =
        IpPrefix.containing(
            IpAddress.v4(0x0a00_0000 + random.nextInt(1 << 22)), 20 + random.nextInt(13));
    int first = 20_000 + random.nextInt(30_000);
    PortRange ports = new PortRange(first, first + random.nextInt(4));
    return switch (number % 4) {
      case 0 -> new MixedRule(denies, net, null, TCP, ports, false);
      case 1 -> new MixedRule(denies, OWN, net, 0, null, false);
      case 2 -> new MixedRule(denies, OWN, null, UDP, ports, false);
      default -> new MixedRule(denies, net, net, TCP, ports, true);
    };
  }

  /** So many rules in the order in which a seed gives them. */
  public static List<MixedRule> list(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<MixedRule> all = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      all.add(draw(number, random));
    }
    return all;
  }

  /** A policy of these rules. */
  public static List<RuleTier> tiers(List<MixedRule> rules, RuleTier.Action last) {
    return List.of(new RuleTier(rules.stream().map(MixedRule::rule).toList(), last));
  }

  /** The same, but true of the ports if it was true of all others. */
  public MixedRule withoutException() {
    return new MixedRule(denies, source, destination, protocol, ports, false);
  }

  private RuleTier.Rule rule() {
    Among<PortRange> destinationPorts =
        isExcept ? new Among<>(List.of(), List.of(ports)) : of(ports);
    Condition condition =
        new Condition(
            of(source),
            of(destination),
            Among.anything(),
            Among.anything(),
            Among.anything(),
            of(protocol == 0 ? null : PortRange.protocol(protocol, false)),
            Among.anything(),
            destinationPorts);
    return new RuleTier.Rule(
        denies ? RuleTier.Action.DENY : RuleTier.Action.ALLOW, List.of(condition));
  }

  private static <T> Among<T> of(T value) {
    return value == null ? Among.anything() : Among.one(value);
  }
}
