package dev.heddle.demo;

import dev.heddle.api.stats.CountersFileException;
import dev.heddle.api.v1.ServerInfo;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs the demonstration; {@link #run} reads as its story. */
public final class Demo {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int NOT_RUN = 2;

  /** How long packets may take to come to rest; it is a matter of milliseconds. */
  private static final Duration REST = Duration.ofSeconds(10);

  private final Path root;
  private final Seam seam;
  private final Report report;
  private final PrintStream out;

  /**
   * @param root the project's directory
   * @param out where the report goes
   */
  Demo(Path root, PrintStream out, Seam seam) {
    this.root = root;
    this.seam = seam;
    this.out = out;
    report = new Report(out);
  }

  /** Runs it on the project that the property {@code heddle.root} names. */
  public static void main(String[] arguments) {
    Path root = Path.of(System.getProperty("heddle.root", ""));
    System.exit(new Demo(root, System.out, new Seam() {}).run());
  }

  /**
   * Runs it.
   *
   * @return the exit status: 0 if everything was as it must be, 1 if not, 2 if it could not run
   */
  int run() {
    Cleanup cleanup = new Cleanup();
    try (cleanup) {
      boolean kernels = prepare();
      List<Pod> pods = Topology.pods(kernels);
      OwnInterfaces interfaces = cleanup.add(OwnInterfaces.create(pods));
      List<Pod> memifPods = pods.stream().filter(pod -> pod.kind() != Pod.Kind.INTERFACE).toList();
      Path directory = cleanup.add(WorkingDirectory.create()).path();
      Underlay underlay =
          cleanup.add(
              kernels
                  ? Underlay.ofVethPair(directory, Topology.NODES)
                  : Underlay.ofMemif(directory));
      RunningNodes nodes = startNodes(cleanup, directory, underlay);
      for (RunningNode each : nodes.nodes()) {
        each.configure(Setup.operations(each.node(), pods, interfaces, underlay, directory, seam));
      }
      tellSetup(nodes, pods);

      Traffic traffic = new Traffic(directory, Topology.captures(), Topology.flows());
      traffic.write();
      Pods running = cleanup.add(Pods.start(memifPods, directory, traffic));
      running.connect(Topology.MTU);
      checkNeighbours(nodes);
      List<Capture> captures = capture(cleanup, underlay);
      seam.beforeTraffic(underlay);
      nodes.begin();
      running.go();
      judge(memifPods, traffic, running, interfaces, nodes, captures);
      return report.verdict() ? PASSED : FAILED;
    } catch (RuntimeException e) {
      out.println(cleanup.interrupted() ? "Interrupted." : reasonOf(e));
    }
    return NOT_RUN;
  }

  private RunningNodes startNodes(Cleanup cleanup, Path directory, Underlay underlay) {
    RunningNodes nodes =
        new RunningNodes(
            Topology.NODES.stream()
                .map(node ->
                    cleanup.add(RunningNode.start(root, directory, node, underlay.namespace(node))))
                .toList());
    nodes.nodes().forEach(RunningNode::awaitReady);
    return nodes;
  }

  /** Lets write down what arrives at each node, where a kernel can see it. */
  private static List<Capture> capture(Cleanup cleanup, Underlay underlay) {
    return underlay.visible()
        ? Topology.NODES.stream().map(node -> cleanup.add(underlay.capture(node))).toList()
        : List.of();
  }

  private void checkNeighbours(RunningNodes nodes) {
    for (RunningNode each : nodes.nodes()) {
      report.check(
          Commands.await(each::knowsNeighbours),
          "%s knows the Ethernet address of %s on the underlay"
              .formatted(each.node().name(), Topology.other(each.node()).vtep()));
    }
  }

  /** Why it cannot run, for those causes that have an explanation; others are mistakes of ours. */
  private static String reasonOf(RuntimeException cause) {
    return switch (cause) {
      case DemoException _, CountersFileException _ ->
          "The demonstration cannot run: " + cause.getMessage();
      case StatusRuntimeException refusal ->
          "The daemon refused: " + refusal.getStatus().getDescription();
      default -> throw cause;
    };
  }

  private void judge(
      List<Pod> pods,
      Traffic traffic,
      Pods running,
      OwnInterfaces interfaces,
      RunningNodes nodes,
      List<Capture> captures) {
    Checks checks = new Checks(report, pods);
    InterfaceChecks ordinary = new InterfaceChecks(report, checks, interfaces, nodes::ledgers);
    awaitRest(pods, traffic, running, nodes);
    if (!captures.isEmpty()) {
      pingFromKernels(checks, running);
      ordinary.run(running.kernel("blue-k"));
      new PolicyStory(report, checks, interfaces, nodes.nodes().getFirst().client())
          .run(seam.allowedPort());
      running.silenceKernels();
      interfaces.silence();
      awaitRest(pods, traffic, running, nodes);
    }
    Map<String, PortStatistics> witness = running.statistics();
    running.stop();
    nodes.nodes().forEach(each -> seam.beforeCounting(each.node(), each.countersFile()));
    Ledgers ledgers = nodes.quietLedgers();
    traffic.read();
    checks.flows(
        "Packets arrive in their own network: the same addresses, other pods",
        Topology.SAME_ADDRESSES,
        traffic);
    checks.flows("The same from one node to the other, and back", Topology.ACROSS, traffic);
    checks.flows("Each network has its own routes", Topology.ROUTES, traffic);
    checks.flows(
        "Nothing crosses: from blue to red, from red to blue, or with a false source",
        Topology.CROSSING,
        traffic);
    checks.nothingElse(traffic);
    if (!captures.isEmpty()) {
      new UnderlayChecks(report, captures).run();
    }
    checks.dropReasons(ledgers, Topology.flows());
    checks.books(ledgers, witness);
    if (!captures.isEmpty()) {
      ordinary.books(ledgers);
    }
  }

  /** Looks for what is needed; returns whether pods may have kernels. */
  private boolean prepare() {
    for (String program : List.of("dpdk-testpmd", "stdbuf")) {
      if (!Commands.available(program)) {
        throw new DemoException(
            "there is no " + program + ": run scripts/packages.sh demo as root");
      }
    }
    boolean root = "root".equals(System.getProperty("user.name"));
    if (!root) {
      report.omit("pods with a kernel that pings or has TCP: network namespaces take root rights");
      report.omit("a policy, for the same reason: it is shown between such pods");
      report.omit(
          "DPDK ports and a capture between the nodes, for the same reason: memif joins them");
    } else {
      for (String program : List.of("ip", "ping", "unshare", "nsenter", "tcpdump")) {
        if (!Commands.available(program)) {
          throw new DemoException(
              "there is no " + program + ": run scripts/packages.sh demo as root");
        }
      }
    }
    return root;
  }

  private void tellSetup(RunningNodes nodes, List<Pod> pods) {
    report.heading("Two nodes, which an underlay joins");
    for (RunningNode each : nodes.nodes()) {
      ServerInfo server = each.server();
      report.line(
          "%s  tunnels end at %s  heddled %s, process %d, %d worker(s)"
              .formatted(
                  each.node().name(),
                  each.node().vtep(),
                  server.getVersion(),
                  server.getPid(),
                  server.getWorkers()));
    }
    for (Network network : Topology.NETWORKS) {
      report.line(
          "network %-4s VNI %d  %s  %s"
              .formatted(network.name(), network.vni(), network.range4(), network.range6()));
    }
    for (Pod pod : pods) {
      report.line(
          "pod %-6s on %s in %-4s  %-12s %-12s %s"
              .formatted(
                  pod.name(),
                  pod.node().name(),
                  pod.network(),
                  pod.address4(),
                  pod.address6(),
                  switch (pod.kind()) {
                    case CAPTURE -> "sends and records";
                    case KERNEL -> "a kernel behind memif and a tap";
                    case INTERFACE -> "a kernel with an interface of Heddle's";
                  }));
    }
  }

  private void pingFromKernels(Checks checks, Pods running) {
    report.heading("Kernels ping through their pods: neighbours, gateway and each other");
    KernelPod blue = running.kernel("blue-k");
    KernelPod red = running.kernel("red-l");
    checks.ping(blue, Topology.GATEWAY4, true);
    checks.ping(blue, Topology.GATEWAY6, true);
    checks.ping(blue, running.kernel("blue-l").pod().address4(), true);
    checks.ping(blue, running.kernel("blue-l").pod().address6(), true);
    checks.ping(blue, running.kernel("blue-m").pod().address4(), true);
    checks.ping(blue, running.kernel("blue-m").pod().address6(), true);
    checks.ping(red, blue.pod().address4(), false);
    checks.ping(red, blue.pod().address6(), false);
    checks.ping(red, running.kernel("blue-m").pod().address4(), false);
  }

  /** Waits until all packets that pods have sent were taken and have gone where they had to. */
  private static void awaitRest(List<Pod> pods, Traffic traffic, Pods running, RunningNodes nodes) {
    Commands.await(
        () -> {
          Ledgers ledgers = nodes.ledgers();
          Map<String, PortStatistics> witness = running.statistics();
          return ledgers.balanced()
              && pods.stream().allMatch(pod -> isSettled(pod, ledgers, witness.get(pod.name())))
              && pods.stream()
                  .filter(pod -> pod.kind() == Pod.Kind.CAPTURE)
                  .allMatch(pod -> hasSent(pod, ledgers, traffic));
        },
        REST);
  }

  private static boolean isSettled(Pod pod, Ledgers ledgers, PortStatistics port) {
    PortStatistics ours = ledgers.of(pod).port(pod.name());
    return ours.receivedPackets() == port.transmittedPackets()
        && ours.transmittedPackets() == port.receivedPackets();
  }

  private static boolean hasSent(Pod pod, Ledgers ledgers, Traffic traffic) {
    return ledgers.of(pod).port(pod.name()).receivedPackets() == traffic.packetsFrom(pod);
  }
}
