package dev.heddle.benchmarks.micro;

import dev.heddle.compile.policy.Among;
import dev.heddle.compile.policy.Condition;
import dev.heddle.compile.policy.PolicyCompiler;
import dev.heddle.compile.policy.PortRange;
import dev.heddle.compile.policy.RuleTier;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.table.RouteStore;
import dev.heddle.table.policy.FlowKeys;
import dev.heddle.table.policy.PolicyTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Rules of all kinds mixed, as policies have them, and packets of which about half match one: nets
 * with ports, sets with ports, a protocol alone, ports that are excluded.
 */
final class PolicySet {
  static final int PACKETS = 4096;
  private static final int NETWORK = 0x0a00_0000;
  private static final int TCP = 6;
  private static final int SETS = 8;

  private final Random random;
  final RouteStore store = new RouteStore(1L << 30);
  final PolicyCompiler compiler = new PolicyCompiler(store);
  private long revision;

  PolicySet(long seed) {
    random = new Random(seed);
  }

  PolicyTables publish() {
    compiler.prepare();
    store.prepare();
    PolicyTables tables = compiler.finish();
    store.seal(++revision);
    store.reclaim(revision);
    return tables;
  }

  /** Fills the sets that the rules name. */
  void fillSets(int members) {
    for (int i = 0; i < members; i++) {
      compiler.addMember(0, i % SETS, host(i));
    }
  }

  static IpPrefix host(int number) {
    return IpPrefix.containing(IpAddress.v4(NETWORK + number), 32);
  }

  List<RuleTier> policy(int rules) {
    List<RuleTier.Rule> tier = new ArrayList<>();
    for (int i = 0; i < rules; i++) {
      RuleTier.Action action = i % 3 == 0 ? RuleTier.Action.DENY : RuleTier.Action.ALLOW;
      tier.add(new RuleTier.Rule(action, List.of(condition(i))));
    }
    return List.of(new RuleTier(tier, RuleTier.Action.DENY));
  }

  private Condition condition(int number) {
    Among<IpPrefix> net = Among.one(IpPrefix.containing(address(), 16 + random.nextInt(17)));
    Among<Integer> set = Among.one(random.nextInt(SETS));
    Among<PortRange> tcp = Among.one(PortRange.protocol(TCP, false));
    int port = 1 + random.nextInt(30_000);
    Among<PortRange> ports = Among.one(new PortRange(port, port + random.nextInt(4)));
    Among<PortRange> otherPorts = new Among<>(List.of(), ports.any());
    return switch (number % 4) {
      case 0 -> new Condition(net, any(), any(), any(), any(), tcp, any(), ports);
      case 1 -> new Condition(any(), any(), set, any(), any(), tcp, any(), ports);
      case 2 -> new Condition(net, Among.one(net(24)), any(), any(), any(), any(), any(), any());
      default ->
          new Condition(Among.one(net(28)), any(), any(), any(), any(), tcp, any(), otherPorts);
    };
  }

  /** Rules of one kind, which are as easily compared one after the other: nets with TCP ports. */
  RuleTier netsAndPorts(int rules) {
    List<RuleTier.Rule> tier = new ArrayList<>();
    for (int i = 0; i < rules; i++) {
      RuleTier.Action action = i % 3 == 0 ? RuleTier.Action.DENY : RuleTier.Action.ALLOW;
      tier.add(new RuleTier.Rule(action, List.of(condition(0))));
    }
    return new RuleTier(tier, RuleTier.Action.DENY);
  }

  /** Lets a packet match a rule of this kind. */
  void aim(FlowKeys keys, int packet, RuleTier tier) {
    Condition condition =
        tier.rules().get(random.nextInt(tier.rules().size())).conditions().getFirst();
    IpPrefix net = condition.sourceNets().any().getFirst();
    keys.sourceLow[packet] =
        net.address().low() | random.nextInt(1 << 18) & ~IpPrefix.mask4(net.length());
    keys.destinationPort[packet] = condition.destinationPorts().any().getFirst().first();
  }

  FlowKeys packets() {
    FlowKeys keys = new FlowKeys(PACKETS);
    for (int i = 0; i < PACKETS; i++) {
      keys.sourceLow[i] = address().low();
      keys.destinationLow[i] = address().low();
      keys.protocol[i] = TCP;
      keys.sourcePort[i] = 1024 + random.nextInt(60_000);
      keys.destinationPort[i] = 1 + random.nextInt(30_000);
    }
    return keys;
  }

  private IpPrefix net(int length) {
    return IpPrefix.containing(address(), length);
  }

  private IpAddress address() {
    return IpAddress.v4(NETWORK + random.nextInt(1 << 18));
  }

  private static <T> Among<T> any() {
    return Among.anything();
  }
}
