package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.endtoend.BenchNetwork;
import dev.heddle.benchmarks.policy.MixedRule;
import dev.heddle.benchmarks.traffic.Frames;
import dev.heddle.benchmarks.traffic.SharedRings;
import dev.heddle.compile.TableCompiler;
import dev.heddle.compile.policy.RuleTier;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A network of one sender and a thousand receivers, whose policies say what each may receive: none,
 * the same one, or each its own. The packets of a batch go to receivers at random.
 */
public final class ManyEndpoints implements LoopbackNetwork {
  /** How many receive. */
  public static final int ENDPOINTS = 1_000;

  /** Rules of each policy, with its end. */
  static final int RULES = 32;

  private static final int FIRST_ADDRESS = BenchNetwork.RANGE + 0x100;
  private static final int FRAME_BYTES = 64;
  private static final int PORTS_OFFSET = 34;
  private static final long SEED = 20_261_127;
  private static final long LIMIT_BYTES = 1L << 30;

  /** Who has which policy. */
  public enum Policies {
    NONE,
    SHARED,
    OWN
  }

  private final TableCompiler compiler =
      new TableCompiler(new RouteStore(LIMIT_BYTES), new Neighbours(Arena.global()));
  private final List<List<MixedRule>> rules = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private Tables tables;

  public ManyEndpoints(Policies policies) {
    compiler.begin();
    IpPrefix range = new IpPrefix(IpAddress.v4(BenchNetwork.RANGE), BenchNetwork.RANGE_LENGTH);
    IpAddress gateway = IpAddress.v4(BenchNetwork.RANGE + 1);
    compiler.addNetwork(
        new Network(BenchNetwork.NAME, BenchNetwork.VNI, range, null, gateway, null, 0, "", false));
    compiler.announceGateways(BenchNetwork.NAME);
    add(BenchNetwork.GENERATOR, BenchNetwork.GENERATOR_ADDRESS, BenchNetwork.GENERATOR_MAC);
    for (int endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
      add(name(endpoint), FIRST_ADDRESS + endpoint, BenchNetwork.SINK_MAC + endpoint);
      rules.add(
          new ArrayList<>(MixedRule.list(policies == Policies.OWN ? endpoint : 0, RULES - 1)));
      if (policies != Policies.NONE) {
        setPolicy(endpoint);
      }
    }
    compiler.prepare();
    tables = compiler.finish(1);
    settle();
  }

  /** Packets to receivers at random, each buffer with a source port of its own. */
  public static SharedRings frames(int flows) {
    SharedRings rings = new SharedRings(new SharedRings.Shape(10, FRAME_BYTES, flows));
    SplittableRandom receivers = new SplittableRandom(SEED);
    for (int flow = 0; flow < flows; flow++) {
      Frames.Addresses addresses =
          new Frames.Addresses(
              BenchNetwork.ROUTER_MAC,
              BenchNetwork.GENERATOR_MAC,
              BenchNetwork.GENERATOR_ADDRESS,
              FIRST_ADDRESS + receivers.nextInt(ENDPOINTS));
      byte[] frame = Frames.udp(addresses, FRAME_BYTES);
      ByteBuffer.wrap(frame).putInt(PORTS_OFFSET, flow << 16 | 1 + (flow >>> 16));
      rings.fill(flow, frame);
    }
    return rings;
  }

  private static String name(int endpoint) {
    return BenchNetwork.SINK + endpoint;
  }

  private void add(String name, int address, long mac) {
    compiler.addEndpoint(
        new Endpoint(
            name,
            BenchNetwork.NAME,
            List.of(IpAddress.v4(address)),
            OneNetwork.lowestFirst(mac),
            0,
            List.of(),
            OneNetwork.memif()));
    compiler.announce(name);
  }

  private void setPolicy(int endpoint) {
    List<RuleTier> ingress = MixedRule.tiers(rules.get(endpoint), RuleTier.Action.ALLOW);
    compiler.policies().set(name(endpoint), List.of(), ingress);
  }

  @Override
  public Tables tables() {
    return tables;
  }

  @Override
  public int sinks() {
    return ENDPOINTS;
  }

  /**
   * Gives an endpoint at random another rule in the place of one; one thread.
   *
   * @return the tables with the change; {@link #settle} is to follow once the worker runs them
   */
  public Tables changeRule() {
    int endpoint = random.nextInt(ENDPOINTS);
    int rule = random.nextInt(RULES - 1);
    rules.get(endpoint).set(rule, MixedRule.draw(rule, random));
    compiler.begin();
    setPolicy(endpoint);
    compiler.prepare();
    tables = compiler.finish(tables.revision() + 1);
    return tables;
  }

  /** No worker runs tables from before the last change any more. */
  public void settle() {
    compiler.settle(routeId -> {});
  }

  @Override
  public void close() {
    compiler.close();
  }
}
