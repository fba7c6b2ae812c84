package dev.heddle.benchmarks.endtoend;

import dev.heddle.api.Addresses;
import dev.heddle.benchmarks.machine.Machine;
import dev.heddle.benchmarks.peer.OpenVSwitch;
import dev.heddle.benchmarks.peer.Peer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Open vSwitch with DPDK doing what the daemon does: flows that look at the destination and at who
 * sends, give the packet new MAC addresses and one hop less, and send it to the other memif or
 * through a VXLAN tunnel.
 */
final class OvsDpdk implements Peer {
  private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(1);

  /** The table that packets come to first, and the one for those that rules let through. */
  private static final int RULES = 0;

  private static final int ROUTES = 1;

  private static final String PODS = "pods";
  private static final String UNDERLAY = "underlay";
  private static final String TUNNEL = "tunnel";

  private final OpenVSwitch vswitch;
  private final Path directory;
  private final Work work;
  private final boolean isPoliced;

  private OvsDpdk(OpenVSwitch vswitch, Path directory, Scenario scenario) {
    this.vswitch = vswitch;
    this.directory = directory;
    work = scenario.work();
    isPoliced = scenario.rules() == Scenario.Rules.GENERATORS;
  }

  /** Starts it for a scenario of one route. */
  static OvsDpdk start(Path directory, Scenario scenario) {
    OvsDpdk started = new OvsDpdk(OpenVSwitch.start(directory), directory, scenario);
    try {
      started.configure();
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private void configure() {
    vswitch.addBridge(PODS);
    if (work.usesTunnel()) {
      addUnderlay();
    }
    for (int port = 0; port < 2; port++) {
      if (!work.port(port).equals(BenchUnderlay.UPLINK)) {
        vswitch.addMemif(PODS, work.port(port), socket(port));
      }
    }
    if (isPoliced) {
      vswitch.addFlows(
          PODS, BenchPolicy.flows(BenchNetwork.GENERATOR, "resubmit(,%d)".formatted(ROUTES)));
    }
    switch (work) {
      case ROUTE -> addRoute(BenchNetwork.GENERATOR, toRoute(), BenchNetwork.SINK);
      case ENCAPSULATE -> addRoute(BenchNetwork.GENERATOR, toRoute(), TUNNEL);
      case DECAPSULATE -> addRoute(TUNNEL, fromRoute(), BenchNetwork.SINK);
    }
  }

  /** A bridge whose own port has the tunnel's address, with the uplink in it. */
  private void addUnderlay() {
    vswitch.addBridge(UNDERLAY);
    vswitch.configure(
        "set", "bridge", UNDERLAY, "other_config:hwaddr=" + quoted(BenchUnderlay.UPLINK_MAC));
    vswitch.addMemif(
        UNDERLAY, BenchUnderlay.UPLINK, BenchNetwork.socket(directory, BenchUnderlay.UPLINK));
    vswitch.addFlow(UNDERLAY, "in_port=%s,actions=LOCAL".formatted(BenchUnderlay.UPLINK));
    vswitch.addFlow(
        UNDERLAY, "in_port=LOCAL,udp,tp_dst=4789,actions=%s".formatted(BenchUnderlay.UPLINK));
    String own = text(BenchUnderlay.OWN_ADDRESS);
    String node = text(BenchUnderlay.NODE_ADDRESS);
    vswitch.runInside(
        "ip", "address", "add", own + "/" + BenchUnderlay.PREFIX_LENGTH, "dev", UNDERLAY);
    vswitch.runInside("ip", "link", "set", UNDERLAY, "up");
    vswitch.ask("tnl/neigh/set", UNDERLAY, node, mac(BenchUnderlay.NODE_MAC));
    vswitch.addPort(
        PODS,
        TUNNEL,
        "type=vxlan",
        "options:local_ip=" + own,
        "options:remote_ip=" + node,
        "options:key=" + BenchNetwork.VNI);
  }

  private void addRoute(String from, String match, String to) {
    long destinationMac = to.equals(TUNNEL) ? BenchUnderlay.NODE_ROUTER_MAC : BenchNetwork.SINK_MAC;
    vswitch.addFlow(
        PODS,
        "table=%d,in_port=%s,dl_dst=%s,%s,actions=mod_dl_src:%s,mod_dl_dst:%s,dec_ttl,output:%s"
            .formatted(
                isPoliced ? ROUTES : RULES,
                from,
                mac(BenchNetwork.ROUTER_MAC),
                match,
                mac(BenchNetwork.ROUTER_MAC),
                mac(destinationMac),
                to));
  }

  private static String toRoute() {
    return "ip,nw_src=%s,nw_dst=%s".formatted(text(BenchNetwork.GENERATOR_ADDRESS), routePrefix());
  }

  private static String fromRoute() {
    return "ip,nw_src=%s,nw_dst=%s".formatted(routePrefix(), text(BenchNetwork.SINK_ADDRESS));
  }

  private static String routePrefix() {
    return text(BenchNetwork.routePrefix(0)) + "/" + BenchNetwork.routeLength(0);
  }

  private static String text(int address) {
    return Addresses.format(BenchNetwork.bytes(address));
  }

  private static String mac(long mac) {
    return Addresses.formatMac(BenchNetwork.macBytes(mac));
  }

  private static String quoted(long mac) {
    return '"' + mac(mac) + '"';
  }

  @Override
  public String name() {
    return "ovs-dpdk";
  }

  @Override
  public Path socket(int port) {
    return BenchNetwork.socket(directory, work.port(port));
  }

  /** Its main thread has the first one, the polling thread the second. */
  @Override
  public int sendingRing() {
    return 1;
  }

  @Override
  public long pid() {
    return vswitch.pid();
  }

  @Override
  public byte[] expected(byte[] sent) {
    return work.expected(sent);
  }

  @Override
  public Counts counts() {
    return vswitch.counts(work.port(0), work.port(1), Machine.ticksPerNs());
  }

  @Override
  public long warmUpNs() {
    return WARM_UP_NS;
  }

  @Override
  public void close() {
    vswitch.close();
  }
}
