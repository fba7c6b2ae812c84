package dev.heddle.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a route leads: one next hop or several of equal cost, which share the flows by weight.
 *
 * <p>Two sets are equal when they mean the same: the members are ordered, each occurs once, and
 * their weights have no common divisor.
 *
 * @param members one or more; a drop stands alone
 */
public record NextHopSet(List<Member> members) {
  public static final int MAX_MEMBERS = 64;
  public static final int MAX_WEIGHT = 256;

  /** A set that drops. */
  public static final NextHopSet DROP = new NextHopSet(List.of(new Member(new NextHop.Drop(), 1)));

  private static final Comparator<NextHop> ORDER =
      Comparator.<NextHop>comparingInt(NextHopSet::rank)
          .thenComparing(NextHopSet::name)
          .thenComparing(
              hop -> hop instanceof NextHop.ToGateway to ? to.address() : IpAddress.v4(0));

  /** One next hop and its share. */
  public record Member(NextHop hop, int weight) {
    public Member {
      if (weight < 1) {
        throw new IllegalArgumentException("weight " + weight);
      }
    }
  }

  public NextHopSet {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("no next hop");
    }
    members = members.size() == 1 ? List.of(unweighted(members.getFirst())) : canonical(members);
  }

  private static Member unweighted(Member member) {
    return member.weight() == 1 ? member : new Member(member.hop(), 1);
  }

  private static List<Member> canonical(List<Member> members) {
    Map<NextHop, Integer> weights = new TreeMap<>(ORDER);
    members.forEach(member -> weights.merge(member.hop(), member.weight(), Integer::sum));
    int divisor = weights.values().stream().reduce(0, NextHopSet::greatestCommonDivisor);
    List<Member> ordered = new ArrayList<>();
    weights.forEach((hop, weight) -> ordered.add(new Member(hop, weight / divisor)));
    return List.copyOf(ordered);
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  private static int rank(NextHop hop) {
    return switch (hop) {
      case NextHop.Drop drop -> 0;
      case NextHop.ToEndpoint to -> 1;
      case NextHop.ToGateway to -> 2;
      case NextHop.ToNode to -> 3;
    };
  }

  private static String name(NextHop hop) {
    return switch (hop) {
      case NextHop.ToEndpoint to -> to.endpoint();
      case NextHop.ToNode to -> to.node();
      case NextHop.ToGateway to -> "";
      case NextHop.Drop drop -> "";
    };
  }

  /** The only member's next hop; null if there are several. */
  public NextHop single() {
    return members.size() == 1 ? members.getFirst().hop() : null;
  }
}
