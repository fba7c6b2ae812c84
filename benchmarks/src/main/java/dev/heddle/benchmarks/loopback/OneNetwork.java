package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.endtoend.BenchNetwork;
import dev.heddle.benchmarks.endtoend.BenchUnderlay;
import dev.heddle.benchmarks.endtoend.Scenario;
import dev.heddle.compile.TableCompiler;
import dev.heddle.compile.WantedNeighbour;
import dev.heddle.compile.policy.RuleTier;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.model.Node;
import dev.heddle.model.UnderlayAddress;
import dev.heddle.model.Uplink;
import dev.heddle.model.Vtep;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import java.lang.foreign.Arena;
import java.util.List;

/** The benchmarks' network as the daemon would compile it: interface 0 sends, 1 receives. */
public final class OneNetwork implements LoopbackNetwork {
  private static final String NAME = BenchNetwork.NAME;
  private static final String OTHER = "other";
  private static final long LIMIT_BYTES = 1L << 30;
  private static final int DERIVED_MTU = 0;

  private final Neighbours neighbours = new Neighbours(Arena.global());
  private final TableCompiler compiler = new TableCompiler(new RouteStore(LIMIT_BYTES), neighbours);
  private final Tables tables;

  /** Compiles the network of a scenario, where everything may be sent. */
  public OneNetwork(Scenario scenario) {
    this(scenario, List.of(), List.of());
  }

  /**
   * Compiles the network of a scenario.
   *
   * @param egress what the generator may send; no tiers: everything
   * @param elsewhere what an endpoint of another network may send; no tiers: there is none
   */
  public OneNetwork(Scenario scenario, List<RuleTier> egress, List<RuleTier> elsewhere) {
    compiler.begin();
    IpPrefix range = new IpPrefix(IpAddress.v4(BenchNetwork.RANGE), BenchNetwork.RANGE_LENGTH);
    addNetwork(NAME, BenchNetwork.VNI, range, scenario.countRoutes());
    for (int port = 0; port < 2; port++) {
      addPort(scenario.work().port(port));
    }
    NextHop target =
        scenario.work().usesTunnel()
            ? new NextHop.ToNode(BenchUnderlay.NODE)
            : new NextHop.ToEndpoint(BenchNetwork.SINK);
    int hop = compiler.hop(NAME, new NextHopSet(List.of(new NextHopSet.Member(target, 1))));
    for (int route = 0; route < scenario.routes(); route++) {
      IpAddress prefix = IpAddress.v4(BenchNetwork.routePrefix(route));
      compiler.putRoute(
          NAME, hop, false, prefix.high(), prefix.low(), BenchNetwork.routeLength(route));
    }
    if (!egress.isEmpty()) {
      compiler.policies().set(BenchNetwork.GENERATOR, egress, List.of());
    }
    if (!elsewhere.isEmpty()) {
      addNetwork(OTHER, BenchNetwork.VNI + 1, range, false);
      addEndpoint(OTHER, OTHER, BenchNetwork.GENERATOR_ADDRESS, BenchNetwork.GENERATOR_MAC);
      compiler.policies().set(OTHER, elsewhere, List.of());
    }
    compiler.prepare();
    tables = compiler.finish(1);
    for (WantedNeighbour wanted : compiler.underlay().wantedNeighbours()) {
      neighbours.set(wanted.index(), lowestFirst(BenchUnderlay.NODE_MAC));
    }
    compiler.settle(routeId -> {});
  }

  private void addNetwork(String name, int vni, IpPrefix range, boolean countRoutes) {
    IpAddress gateway = IpAddress.v4(BenchNetwork.RANGE + 1);
    compiler.addNetwork(
        new Network(name, vni, range, null, gateway, null, DERIVED_MTU, "", countRoutes));
    compiler.announceGateways(name);
  }

  private void addPort(String name) {
    switch (name) {
      case BenchNetwork.GENERATOR ->
          addEndpoint(name, NAME, BenchNetwork.GENERATOR_ADDRESS, BenchNetwork.GENERATOR_MAC);
      case BenchNetwork.SINK ->
          addEndpoint(name, NAME, BenchNetwork.SINK_ADDRESS, BenchNetwork.SINK_MAC);
      default -> addUplink();
    }
  }

  private void addUplink() {
    long mac = lowestFirst(BenchUnderlay.UPLINK_MAC);
    UnderlayAddress own =
        new UnderlayAddress(
            IpAddress.v4(BenchUnderlay.OWN_ADDRESS), BenchUnderlay.PREFIX_LENGTH, null);
    compiler
        .underlay()
        .addUplink(new Uplink("", "", own, null, Uplink.DEFAULT_MTU_BYTES, mac, memif()));
    compiler.underlay().setMac("", mac);
    List<Vtep> vteps = List.of(new Vtep("", IpAddress.v4(BenchUnderlay.NODE_ADDRESS)));
    compiler
        .underlay()
        .addNode(
            new Node(BenchUnderlay.NODE, lowestFirst(BenchUnderlay.NODE_ROUTER_MAC), vteps, false));
  }

  @Override
  public Tables tables() {
    return tables;
  }

  @Override
  public void close() {
    compiler.close();
  }

  private void addEndpoint(String name, String network, int address, long mac) {
    compiler.addEndpoint(
        new Endpoint(
            name,
            network,
            List.of(IpAddress.v4(address)),
            lowestFirst(mac),
            0,
            List.of(),
            memif()));
    compiler.announce(name);
  }

  static MemifAttachment memif() {
    return new MemifAttachment(
        true,
        "/nowhere",
        "",
        0,
        "",
        false,
        1,
        MemifAttachment.DEFAULT_LOG2_RING_SIZE,
        MemifAttachment.DEFAULT_BUFFER_BYTES,
        MemifAttachment.DEFAULT_MAX_REGION_MIB,
        false,
        false);
  }

  /** A MAC address as the model has it. */
  static long lowestFirst(long mac) {
    return Long.reverseBytes(mac) >>> 16;
  }
}
