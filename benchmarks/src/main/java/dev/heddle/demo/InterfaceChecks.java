package dev.heddle.demo;

import java.util.Map;
import java.util.function.Supplier;

/** What ordinary programs do over interfaces that Heddle makes, and whether the counters agree. */
final class InterfaceChecks {
  private final Report report;
  private final Checks checks;
  private final OwnInterfaces pods;
  private final Supplier<Ledgers> ledgers;

  InterfaceChecks(Report report, Checks checks, OwnInterfaces pods, Supplier<Ledgers> ledgers) {
    this.report = report;
    this.checks = checks;
    this.pods = pods;
    this.ledgers = ledgers;
  }

  /**
   * Pings and sends.
   *
   * @param memif a pod with a kernel behind a memif, on node1
   */
  void run(KernelPod memif) {
    KernelPod one = pods.of("blue-n");
    KernelPod beside = pods.of("blue-o");
    KernelPod across = pods.of("blue-p");
    KernelPod red = pods.of("red-n");
    report.heading("Ordinary interfaces: ping and TCP, on a node, between nodes, to a memif pod");
    checks.ping(one, Topology.GATEWAY4, true);
    checks.ping(one, Topology.GATEWAY6, true);
    checks.ping(one, beside.pod().address4(), true);
    checks.ping(one, across.pod().address4(), true);
    checks.ping(one, across.pod().address6(), true);
    checks.ping(one, memif.pod().address4(), true);
    checks.ping(one, memif.pod().address6(), true);
    checks.ping(red, beside.pod().address4(), false);
    checks.ping(red, beside.pod().address6(), false);
    large(one, beside);
    transfer(one, across, across.pod().address4());
    transfer(across, one, one.pod().address6());
    transfer(red, pods.of("red-p"), pods.of("red-p").pod().address4());
    transfer(one, memif, memif.pod().address4());
    transfer(memif, one, one.pod().address6());
  }

  private void transfer(KernelPod from, KernelPod to, String address) {
    TcpTransfer tcp = TcpTransfer.run(from, to, address);
    report.check(
        tcp.whole(),
        "%s sends %d bytes by TCP to %s at %s, which got %d, %s"
            .formatted(
                from.pod().name(),
                tcp.sentBytes(),
                to.pod().name(),
                address,
                tcp.receivedBytes(),
                tcp.intact() ? "intact" : "not the same"));
  }

  /** On one node, segments pass larger than any packet of the network may be. */
  private void large(KernelPod from, KernelPod to) {
    PortStatistics before = port(from);
    transfer(from, to, to.pod().address4());
    PortStatistics passed = port(from).minus(before);
    long mean = passed.receivedBytes() / Math.max(1, passed.receivedPackets());
    report.check(
        mean > Topology.MTU + Frames.ETHERNET_BYTES,
        "%s's packets had %d bytes on average, of an MTU of %d: large segments pass whole"
            .formatted(from.pod().name(), mean, Topology.MTU));
  }

  private PortStatistics port(KernelPod pod) {
    return ledgers.get().of(pod.pod()).port(pod.pod().name());
  }

  /** That the pods' kernels counted the same as the daemons. */
  void books(Ledgers counted) {
    report.heading("The counters add up with those of the interfaces' kernels");
    for (KernelPod pod : pods.all()) {
      PortStatistics ours = counted.of(pod.pod()).port(pod.pod().name());
      PortStatistics kernel = pod.statistics();
      Map<String, Long> drops = counted.of(pod.pod()).drops(pod.pod().name());
      report.check(
          ours.equals(kernel.fromTheOtherEnd()),
          "%-6s daemon took %d (%d bytes) and gave %d (%d bytes); kernel sent %d (%d) and got %d (%d)"
                  .formatted(
                      pod.pod().name(),
                      ours.receivedPackets(),
                      ours.receivedBytes(),
                      ours.transmittedPackets(),
                      ours.transmittedBytes(),
                      kernel.transmittedPackets(),
                      kernel.transmittedBytes(),
                      kernel.receivedPackets(),
                      kernel.receivedBytes())
              + "; dropped "
              + drops);
    }
  }
}
