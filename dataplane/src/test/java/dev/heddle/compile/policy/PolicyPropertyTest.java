package dev.heddle.compile.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.heddle.compile.policy.RuleTier.Action;
import dev.heddle.compile.policy.RuleTier.Rule;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.table.RouteStore;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyHits;
import dev.heddle.table.policy.PolicyTables;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds compiled programs against reading the rules one after the other. */
class PolicyPropertyTest {
  private static final int VRF = 3;

  private final RouteStore store = new RouteStore(1 << 28);
  private final PolicyCompiler compiler = new PolicyCompiler(store);
  private final Map<Integer, Set<IpPrefix>> sets = new HashMap<>();
  private final Set<Service> services = new HashSet<>();
  private final FlowKeys keys = new FlowKeys(1);
  private final PolicyHits hits = new PolicyHits();
  private long revision;

  @AfterEach
  void close() {
    store.close();
  }

  private record Service(int set, IpAddress address, int protocol, int port) {}

  private record Packet(
      IpAddress source, IpAddress destination, int protocol, int sourcePort, int destinationPort) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldDecideAsTheRulesDoWhenReadOneAfterTheOther(long seed) {
    Random random = new Random(seed);
    Map<Integer, List<RuleTier>> programs = new HashMap<>();
    for (int round = 0; round < 30; round++) {
      boolean undone = random.nextInt(4) == 0;
      Map<Integer, Set<IpPrefix>> setsBefore = new HashMap<>();
      sets.forEach((set, members) -> setsBefore.put(set, new HashSet<>(members)));
      Map<Integer, List<RuleTier>> programsBefore = new HashMap<>(programs);
      Set<Service> servicesBefore = new HashSet<>(services);
      changeMembers(random);
      changeServices(random);
      if (!programs.isEmpty() && random.nextBoolean()) {
        int gone = programs.keySet().iterator().next();
        programs.remove(gone);
        compiler.release(gone);
      }
      List<RuleTier> policy = policy(random, random.nextInt(3) == 0 ? 150 : 6);
      programs.put(compiler.acquire(VRF, policy), policy);
      compiler.prepare();
      if (undone) {
        store.rollback();
        compiler.undo();
        sets.clear();
        sets.putAll(setsBefore);
        services.clear();
        services.addAll(servicesBefore);
        programs.clear();
        programs.putAll(programsBefore);
      }
      PolicyTables tables = undone ? publish() : finish();
      programs.forEach((program, tiers) -> compare(tables, program, tiers, random));
    }
  }

  @Test
  void shouldShareAProgramWhenPoliciesAreEqual() {
    int first = compiler.acquire(VRF, List.of(new RuleTier(List.of(), Action.DENY)));
    assertEquals(first, compiler.acquire(VRF, List.of(new RuleTier(List.of(), Action.DENY))));
    assertNotEquals(first, compiler.acquire(0, List.of(new RuleTier(List.of(), Action.DENY))));
    compiler.release(first);
    assertNotEquals(0, publish().generation(first));
    compiler.release(first);
    assertEquals(null, publish().programs()[first]);
  }

  @Test
  void shouldTellWhereARuleStandsWhenItDecided() {
    List<RuleTier> policy =
        List.of(
            new RuleTier(List.of(), Action.PASS),
            new RuleTier(
                List.of(
                    new Rule(Action.LOG, List.of(condition(Among.anything(), Among.anything()))),
                    new Rule(Action.PASS, List.of(condition(Among.anything(), Among.anything())))),
                Action.DENY),
            new RuleTier(List.of(), Action.ALLOW));
    int program = compiler.acquire(VRF, policy);
    int verdict = publish().verdict(program, keys, 0, hits);
    assertEquals(
        new RulePlace(2, RulePlace.DEFAULT_ACTION),
        compiler.place(program, PolicyTables.rule(verdict)));
    assertEquals(new RulePlace(1, 0), compiler.place(program, hits.logged(0)));
    assertEquals(new RulePlace(0, -1), compiler.place(program, 0));
    assertEquals(new RulePlace(1, 1), compiler.place(program, 2));
    assertEquals(new RulePlace(1, -1), compiler.place(program, 3));
  }

  @Test
  void shouldDecideAlikeWhenUpdatesComeInAnotherOrder() {
    Random random = new Random(11);
    List<RuleTier> policy = policy(random, 100);
    record Member(int set, IpPrefix net) {}
    Set<Member> members = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      members.add(new Member(random.nextInt(5), randomNet(random)));
    }
    members.forEach(m -> sets.computeIfAbsent(m.set, s -> new HashSet<>()).add(m.net));
    for (int order = 0; order < 10; order++) {
      List<Member> shuffled = new ArrayList<>(members);
      Collections.shuffle(shuffled, random);
      int program = compiler.acquire(VRF, policy);
      for (Member member : shuffled) {
        compiler.addMember(VRF, member.set, member.net);
        if (random.nextInt(8) == 0) {
          publish();
        }
      }
      compare(publish(), program, policy, random);
      Collections.shuffle(shuffled, random);
      shuffled.forEach(member -> compiler.removeMember(VRF, member.set, member.net));
      compiler.release(program);
      publish();
      assertEquals(0, store.usedBytes(), "left by order " + order);
    }
  }

  @Test
  void shouldChangeItsGenerationWhenASetThatItUsesChanges() {
    Condition condition = condition(Among.anything(), new Among<>(List.of(1), List.of()));
    int program =
        compiler.acquire(
            VRF,
            List.of(
                new RuleTier(List.of(new Rule(Action.ALLOW, List.of(condition))), Action.DENY)));
    int before = publish().generation(program);
    compiler.addMember(VRF, 2, net("10.0.0.0", 8));
    assertEquals(before, publish().generation(program), "a set it does not use");
    compiler.addMember(VRF, 1, net("10.1.0.0", 16));
    int added = publish().generation(program);
    assertNotEquals(before, added);
    compiler.addMember(VRF + 1, 1, net("10.2.0.0", 16));
    assertEquals(added, publish().generation(program), "the same set of another network");
    compiler.addMember(VRF, 1, net("10.3.0.0", 16));
    assertNotEquals(added, publish().generation(program), "nothing but a member");
  }

  @Test
  void shouldRefuseAProgramWhenItTakesTooMuchMemory() {
    List<Rule> rules =
        IntStream.range(0, 30_000)
            .mapToObj(i ->
                new Rule(
                    Action.DENY,
                    List.of(condition(new Among<>(List.of(), List.of(net(i))), Among.anything()))))
            .toList();
    compiler.acquire(VRF, List.of(new RuleTier(rules, Action.ALLOW)));
    assertThrows(PolicyTooLargeException.class, compiler::prepare);
    store.rollback();
    compiler.undo();
    assertEquals(0, store.usedBytes());
  }

  @Test
  void shouldNotAllocateWhenItDecides() {
    List<RuleTier> policy = policy(new Random(9), 200);
    int program = compiler.acquire(VRF, policy);
    PolicyTables tables = publish();
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    setKeys(packet(new Random(10)));
    threads.getCurrentThreadAllocatedBytes();
    tables.verdict(program, keys, 0, hits);
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      tables.verdict(program, keys, 0, hits);
    }
    assertEquals(before, threads.getCurrentThreadAllocatedBytes());
  }

  private PolicyTables publish() {
    compiler.prepare();
    return finish();
  }

  private PolicyTables finish() {
    store.prepare();
    PolicyTables tables = compiler.finish();
    store.seal(++revision);
    store.reclaim(revision);
    return tables;
  }

  private void changeServices(Random random) {
    for (int i = 0; i < 40; i++) {
      Packet to = packet(random);
      Service service =
          new Service(
              10 + random.nextInt(2),
              to.destination(),
              to.protocol(),
              random.nextInt(3) > 0 ? 80 + random.nextInt(3) : to.destinationPort());
      if (random.nextInt(3) > 0) {
        services.add(service);
        compiler.addService(VRF, service.set, service.address, service.protocol, service.port);
      } else if (!services.isEmpty()) {
        Service gone = services.iterator().next();
        services.remove(gone);
        compiler.removeService(VRF, gone.set, gone.address, gone.protocol, gone.port);
      }
    }
  }

  private void changeMembers(Random random) {
    for (int i = 0; i < 12; i++) {
      int set = random.nextInt(5);
      IpPrefix member = randomNet(random);
      if (random.nextInt(3) > 0) {
        compiler.addMember(VRF, set, member);
        sets.computeIfAbsent(set, s -> new HashSet<>()).add(member);
      } else if (sets.containsKey(set) && !sets.get(set).isEmpty()) {
        IpPrefix gone = sets.get(set).iterator().next();
        compiler.removeMember(VRF, set, gone);
        sets.get(set).remove(gone);
      }
    }
  }

  private void compare(PolicyTables tables, int program, List<RuleTier> tiers, Random random) {
    for (int i = 0; i < 100; i++) {
      Packet packet = packet(random);
      setKeys(packet);
      int verdict = tables.verdict(program, keys, 0, hits);
      List<Integer> logged = new ArrayList<>();
      int expected = expected(tiers, packet, logged);
      assertEquals(expected >> 1, PolicyTables.rule(verdict), packet::toString);
      assertEquals((expected & 1) == 1, PolicyTables.allows(verdict), packet::toString);
      assertEquals(
          logged.stream().limit(PolicyHits.MAX_LOGGED).toList(),
          IntStream.range(0, hits.loggedCount()).mapToObj(hits::logged).toList());
    }
  }

  private int expected(List<RuleTier> tiers, Packet packet, List<Integer> logged) {
    int rule = 0;
    for (RuleTier tier : tiers) {
      int end = rule + tier.rules().size();
      Action decided = tier.defaultAction();
      int by = end;
      for (int i = rule; i < end; i++) {
        Rule candidate = tier.rules().get(i - rule);
        if (candidate.conditions().stream().anyMatch(condition -> satisfies(packet, condition))) {
          if (candidate.action() != Action.LOG) {
            decided = candidate.action();
            by = i;
            break;
          }
          logged.add(i);
        }
      }
      if (decided != Action.PASS) {
        return by << 1 | (decided == Action.ALLOW ? 1 : 0);
      }
      rule = end + 1;
    }
    throw new AssertionError("passed the last tier");
  }

  private boolean satisfies(Packet packet, Condition condition) {
    int protocol = packet.protocol() | (packet.source().ipv6() ? 256 : 0);
    return among(condition.sourceNets(), packet.source(), IpPrefix::contains)
        && among(condition.destinationNets(), packet.destination(), IpPrefix::contains)
        && among(condition.sourceSets(), packet.source(), this::setContains)
        && among(condition.destinationSets(), packet.destination(), this::setContains)
        && among(condition.destinationServices(), packet, this::serves)
        && among(condition.protocols(), protocol, PolicyPropertyTest::rangeContains)
        && among(condition.sourcePorts(), packet.sourcePort(), PolicyPropertyTest::rangeContains)
        && among(
            condition.destinationPorts(),
            packet.destinationPort(),
            PolicyPropertyTest::rangeContains);
  }

  private static <T, V> boolean among(Among<T> among, V value, BiPredicate<T, V> contains) {
    return (among.any().isEmpty() || among.any().stream().anyMatch(e -> contains.test(e, value)))
        && among.none().stream().noneMatch(e -> contains.test(e, value));
  }

  private boolean setContains(int set, IpAddress address) {
    return sets.getOrDefault(set, Set.of()).stream().anyMatch(net -> net.contains(address));
  }

  private boolean serves(int set, Packet packet) {
    return services.contains(
        new Service(set, packet.destination(), packet.protocol(), packet.destinationPort()));
  }

  private static boolean rangeContains(PortRange range, int number) {
    return range.first() <= number && number <= range.last();
  }

  private static List<RuleTier> policy(Random random, int rules) {
    List<RuleTier> tiers = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      List<Action> actions =
          last ? List.of(Action.DENY, Action.ALLOW, Action.LOG) : List.of(Action.values());
      List<Rule> tier = new ArrayList<>();
      for (int r = random.nextInt(rules); r > 0; r--) {
        tier.add(
            new Rule(
                actions.get(random.nextInt(actions.size())),
                random.nextInt(5) == 0
                    ? List.of(randomCondition(random), randomCondition(random))
                    : List.of(randomCondition(random))));
      }
      tiers.add(new RuleTier(tier, Action.values()[random.nextInt(last ? 2 : 3)]));
    }
    return tiers;
  }

  private static Condition randomCondition(Random random) {
    return new Condition(
        among(random, () -> randomNet(random)),
        among(random, () -> randomNet(random)),
        among(random, () -> random.nextInt(5)),
        among(random, () -> random.nextInt(5)),
        random.nextInt(6) == 0
            ? new Among<>(List.of(10, 10 + random.nextInt(2)), List.of())
            : Among.anything(),
        among(
            random,
            () ->
                random.nextBoolean()
                    ? PortRange.version(random.nextBoolean())
                    : PortRange.protocol(random.nextBoolean() ? 6 : 17, random.nextBoolean())),
        among(random, () -> range(random)),
        among(random, () -> range(random)));
  }

  private static <T> Among<T> among(Random random, Supplier<T> element) {
    return switch (random.nextInt(8)) {
      case 0 -> new Among<>(List.of(element.get()), List.of());
      case 1 -> new Among<>(List.of(element.get(), element.get()), List.of(element.get()));
      case 2 -> new Among<>(List.of(), List.of(element.get()));
      default -> Among.anything();
    };
  }

  private static PortRange range(Random random) {
    int first = random.nextInt(4) == 0 ? 65_530 : random.nextInt(600);
    return new PortRange(first, first + random.nextInt(first > 1000 ? 6 : 300));
  }

  private static IpPrefix randomNet(Random random) {
    IpAddress address = address(random, random.nextInt(3) == 0);
    int bits = address.bits();
    return IpPrefix.containing(address, random.nextInt(20) == 0 ? 0 : bits - random.nextInt(7));
  }

  /** Few, so that nets and packets meet. */
  private static IpAddress address(Random random, boolean ipv6) {
    return ipv6
        ? IpAddress.v6(0xfd00L << 48, random.nextInt(64))
        : IpAddress.v4(0x0a000000 | random.nextInt(64));
  }

  private static Packet packet(Random random) {
    boolean ipv6 = random.nextInt(3) == 0;
    return new Packet(
        address(random, ipv6),
        address(random, ipv6),
        random.nextInt(5) == 0 ? 132 : random.nextBoolean() ? 6 : 17,
        random.nextInt(4) == 0 ? 65_530 + random.nextInt(6) : random.nextInt(900),
        random.nextBoolean() ? 80 + random.nextInt(3) : random.nextInt(900));
  }

  private void setKeys(Packet packet) {
    keys.ipv6[0] = packet.source().ipv6();
    keys.sourceHigh[0] = packet.source().high();
    keys.sourceLow[0] = packet.source().low();
    keys.destinationHigh[0] = packet.destination().high();
    keys.destinationLow[0] = packet.destination().low();
    keys.protocol[0] = packet.protocol();
    keys.sourcePort[0] = packet.sourcePort();
    keys.destinationPort[0] = packet.destinationPort();
  }

  private static Condition condition(Among<IpPrefix> sources, Among<Integer> sourceSets) {
    return new Condition(
        sources,
        Among.anything(),
        sourceSets,
        Among.anything(),
        Among.anything(),
        Among.anything(),
        Among.anything(),
        Among.anything());
  }

  private static IpPrefix net(String address, int length) {
    int value = 0;
    for (String part : address.split("\\.")) {
      value = value << 8 | Integer.parseInt(part);
    }
    return new IpPrefix(IpAddress.v4(value), length);
  }

  private static IpPrefix net(int number) {
    return IpPrefix.containing(IpAddress.v4(0x0a000000 + number), 32);
  }
}
