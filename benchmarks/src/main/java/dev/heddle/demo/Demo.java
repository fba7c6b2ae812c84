package dev.heddle.demo;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.stats.CountersFileException;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.v1.ServerInfo;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs the demonstration; {@link #run} reads as its story. */
public final class Demo {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int NOT_RUN = 2;

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
      Path directory = cleanup.add(WorkingDirectory.create()).path();
      DaemonProcess daemon = cleanup.add(DaemonProcess.start(root, directory));
      HeddleClient client = cleanup.add(daemon.connect());
      ServerInfo server = daemon.awaitReady(client);
      client.apply(Setup.operations(Topology.NETWORKS, pods, directory, seam));
      tellSetup(server, pods);

      Traffic traffic = new Traffic(directory, Topology.captures(), Topology.flows());
      traffic.write();
      Pods running = cleanup.add(Pods.start(pods, directory, traffic));
      running.go();
      Path countersFile = Path.of(server.getCountersFile());
      try (CountersFileReader counters = CountersFileReader.open(countersFile)) {
        judge(pods, traffic, running, counters, countersFile, kernels);
      }
      return report.verdict() ? PASSED : FAILED;
    } catch (RuntimeException e) {
      out.println(cleanup.interrupted() ? "Interrupted." : reasonOf(e));
    }
    return NOT_RUN;
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
      CountersFileReader counters,
      Path countersFile,
      boolean kernels) {
    Checks checks = new Checks(report, pods);
    awaitRest(pods, traffic, running, counters);
    if (kernels) {
      pingFromKernels(checks, running);
      running.silenceKernels();
      awaitRest(pods, traffic, running, counters);
    }
    Map<String, PortStatistics> witness = running.statistics();
    running.stop();
    seam.beforeCounting(countersFile);
    Ledger ledger = new Ledger(counters.snapshot());
    traffic.read();
    checks.flows(
        "Packets arrive in their own network: the same addresses, other pods",
        Topology.SAME_ADDRESSES,
        traffic);
    checks.flows("Each network has its own routes", Topology.ROUTES, traffic);
    checks.flows(
        "Nothing crosses: from blue to red, from red to blue, or with a false source",
        Topology.CROSSING,
        traffic);
    checks.nothingElse(traffic);
    checks.dropReasons(ledger, Topology.flows());
    checks.books(ledger, witness);
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
      report.omit("pods with a kernel that pings: network namespaces take root rights");
    } else {
      for (String program : List.of("ip", "ping", "unshare", "nsenter")) {
        if (!Commands.available(program)) {
          throw new DemoException(
              "there is no " + program + ": run scripts/packages.sh demo as root");
        }
      }
    }
    return root;
  }

  private void tellSetup(ServerInfo server, List<Pod> pods) {
    report.heading(
        "heddled %s, process %d, %d worker(s), revision %d"
            .formatted(
                server.getVersion(), server.getPid(), server.getWorkers(), server.getRevision()));
    for (Network network : Topology.NETWORKS) {
      report.line(
          "network %-4s VNI %d  %s  %s"
              .formatted(network.name(), network.vni(), network.range4(), network.range6()));
    }
    for (Pod pod : pods) {
      report.line(
          "pod %-6s in %-4s  %-12s %-12s %s"
              .formatted(
                  pod.name(),
                  pod.network(),
                  pod.address4(),
                  pod.address6(),
                  pod.kind() == Pod.Kind.KERNEL ? "a kernel behind a tap" : "sends and records"));
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
    checks.ping(red, blue.pod().address4(), false);
    checks.ping(red, blue.pod().address6(), false);
  }

  /** Waits until all packets that pods have sent were taken and have gone where they had to. */
  private static void awaitRest(
      List<Pod> pods, Traffic traffic, Pods running, CountersFileReader counters) {
    Commands.await(() -> {
      Ledger ledger = new Ledger(counters.snapshot());
      Map<String, PortStatistics> witness = running.statistics();
      return ledger.balanced()
          && pods.stream().allMatch(pod -> settled(pod, ledger, witness.get(pod.name())))
          && pods.stream()
              .filter(pod -> pod.kind() == Pod.Kind.CAPTURE)
              .allMatch(pod -> ledger.received(pod) == traffic.packetsFrom(pod));
    });
  }

  private static boolean settled(Pod pod, Ledger ledger, PortStatistics port) {
    return ledger.received(pod) == port.transmittedPackets()
        && ledger.transmitted(pod) == port.receivedPackets();
  }
}
