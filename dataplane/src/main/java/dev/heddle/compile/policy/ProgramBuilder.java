package dev.heddle.compile.policy;

import dev.heddle.model.IpPrefix;
import dev.heddle.table.RouteStore;
import dev.heddle.table.policy.ProgramLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.agrona.collections.IntArrayList;

/** Compiles tiers of rules into a program. Only what it {@link #built} outlives the compilation. */
final class ProgramBuilder {
  /** Excludes no packet. */
  private static final Dimension<Integer> ANY_PACKET =
      new Dimension<>(
          ProgramLayout.NOTHING,
          1,
          condition -> new Among<>(List.of(0), List.of()),
          element -> BitSet.valueOf(new long[] {1}));

  private final List<RuleTier> tiers;
  private final ProgramWriter writer = new ProgramWriter();
  private final List<Dimension<?>> dimensions = new ArrayList<>();
  private final IntArrayList actions = new IntArrayList();
  private final NetClasses sourceNets;
  private final NetClasses destinationNets;
  private final int[] code;

  /**
   * @param sets of its network
   * @throws PolicyTooLargeException if it takes more memory than a program may
   */
  ProgramBuilder(List<RuleTier> tiers, RouteStore store, IpSets sets) {
    this.tiers = tiers.stream().map(tier -> expand(tier, sets)).toList();
    sourceNets = new NetClasses(elements(Condition::sourceNets).stream(), store);
    destinationNets = new NetClasses(elements(Condition::destinationNets).stream(), store);
    addNets(ProgramLayout.SOURCE_NET, Condition::sourceNets, sourceNets);
    addNets(ProgramLayout.DESTINATION_NET, Condition::destinationNets, destinationNets);
    addSets(ProgramLayout.SOURCE_SET, Condition::sourceSets, sets.classes);
    addSets(ProgramLayout.DESTINATION_SET, Condition::destinationSets, sets.classes);
    addSets(ProgramLayout.DESTINATION_SERVICE, Condition::destinationServices, sets.classes);
    addRanges(ProgramLayout.PROTOCOL, Condition::protocols);
    addRanges(ProgramLayout.SOURCE_PORT, Condition::sourcePorts);
    addRanges(ProgramLayout.DESTINATION_PORT, Condition::destinationPorts);
    int used = 0;
    for (Dimension<?> dimension : dimensions) {
      used |= 1 << dimension.number();
    }
    writer.set(ProgramLayout.USED, used);
    writeTiers();
    writer.actions(actions.toIntArray());
    code = writer.toArray();
  }

  /** What came of it. */
  BuiltProgram built() {
    return new BuiltProgram(
        code, sourceNets.table4, sourceNets.table6, destinationNets.table4, destinationNets.table6);
  }

  /** Makes a condition with sets of services one for each of their ports. */
  private static RuleTier expand(RuleTier tier, IpSets sets) {
    return new RuleTier(
        tier.rules().stream()
            .map(rule ->
                new RuleTier.Rule(
                    rule.action(),
                    rule.conditions().stream().flatMap(c -> expand(c, sets)).toList()))
            .toList(),
        tier.defaultAction());
  }

  private static Stream<Condition> expand(Condition condition, IpSets sets) {
    if (condition.destinationServices().isAnything()) {
      return Stream.of(condition);
    }
    return condition.destinationServices().any().stream()
        .flatMap(set -> sets.servicesOf(set).entrySet().stream())
        .map(service -> service.getKey().narrow(condition, service.getValue()))
        .filter(Objects::nonNull);
  }

  private <T> List<T> elements(Function<Condition, Among<T>> choice) {
    List<T> elements = new ArrayList<>();
    for (RuleTier tier : tiers) {
      for (RuleTier.Rule rule : tier.rules()) {
        for (Condition condition : rule.conditions()) {
          Among<T> among = choice.apply(condition);
          elements.addAll(among.any());
          elements.addAll(among.none());
        }
      }
    }
    return elements;
  }

  private void addNets(
      int number, Function<Condition, Among<IpPrefix>> choice, NetClasses classes) {
    if (classes.count() > 1) {
      dimensions.add(new Dimension<>(number, classes.count(), choice, classes::covered));
    }
  }

  private void addSets(
      int number, Function<Condition, Among<Integer>> choice, List<List<Integer>> setClasses) {
    List<Integer> used = elements(choice);
    if (!used.isEmpty()) {
      SetClasses classes = new SetClasses(used.stream(), setClasses);
      writer.table(number, classes.byKey());
      dimensions.add(new Dimension<>(number, classes.count(), choice, classes::covered));
    }
  }

  private void addRanges(int number, Function<Condition, Among<PortRange>> choice) {
    List<PortRange> used = elements(choice);
    if (!used.isEmpty()) {
      RangeClasses classes = new RangeClasses(used);
      writer.ranges(number, classes);
      dimensions.add(new Dimension<>(number, classes.count(), choice, classes::covered));
    }
  }

  private void writeTiers() {
    List<Integer> places = writer.tiers(tiers.size());
    for (int i = 0; i < places.size(); i++) {
      int place = places.get(i);
      Map<Integer, Group> groups = groups(tiers.get(i));
      writer.set(place + ProgramLayout.TIER_DEFAULT, actions.size());
      actions.addInt(tiers.get(i).defaultAction().ordinal());
      writer.set(place + ProgramLayout.TIER_GROUPS, groups.size());
      writer.set(place + ProgramLayout.TIER_FIRST_GROUP, writer.end());
      groups.values().forEach(this::write);
    }
  }

  private record Group(List<Condition> conditions, IntArrayList rules) {}

  /** The tier's conditions by the dimensions that they use, and which of these exclude only. */
  private Map<Integer, Group> groups(RuleTier tier) {
    Map<Integer, Group> groups = new LinkedHashMap<>();
    for (RuleTier.Rule rule : tier.rules()) {
      for (Condition condition : rule.conditions()) {
        int kind = 0;
        for (Dimension<?> dimension : dimensions) {
          kind |= dimension.usedBy(condition) ? 1 << dimension.number() : 0;
          kind |=
              dimension.excludesOnly(condition)
                  ? 1 << ProgramLayout.DIMENSIONS + dimension.number()
                  : 0;
        }
        Group group =
            groups.computeIfAbsent(kind, k -> new Group(new ArrayList<>(), new IntArrayList()));
        group.conditions.add(condition);
        group.rules.addInt(actions.size());
      }
      actions.addInt(rule.action().ordinal());
    }
    return groups;
  }

  private void write(Group group) {
    Condition any = group.conditions.getFirst();
    List<Dimension<?>> used = new ArrayList<>();
    dimensions.stream().filter(dimension -> dimension.usedBy(any)).forEach(used::add);
    if (used.isEmpty()) {
      used.add(ANY_PACKET);
    }
    writer.group(used, group.conditions, group.rules.toIntArray());
  }
}
