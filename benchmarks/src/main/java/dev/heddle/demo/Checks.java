package dev.heddle.demo;

import dev.heddle.api.stats.Accounting;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Holds what happened against what had to happen. */
final class Checks {
  private final Report report;
  private final List<Pod> pods;

  Checks(Report report, List<Pod> pods) {
    this.report = report;
    this.pods = pods;
  }

  /** Where the packets of each flow went. */
  void flows(String heading, List<Flow> flows, Traffic traffic) {
    report.heading(heading);
    for (Flow flow : flows) {
      Map<String, Integer> receivers = traffic.receivers(flow);
      String title =
          "%-6s %s -> %s: %d sent"
              .formatted(flow.from(), flow.source(), flow.destination(), flow.packets());
      if (flow.arrives()) {
        int intact = traffic.arrivedIntact(flow);
        boolean good =
            intact == flow.packets() && receivers.equals(Map.of(flow.arrivesAt(), flow.packets()));
        report.check(
            good,
            "%s, %d intact at %s%s".formatted(title, intact, flow.arrivesAt(), got(receivers)));
      } else {
        report.check(
            receivers.isEmpty(),
            "%s, none may arrive (%s)%s".formatted(title, flow.dropReason(), got(receivers)));
      }
    }
  }

  private static String got(Map<String, Integer> receivers) {
    return "; arrived at " + (receivers.isEmpty() ? "nobody" : receivers);
  }

  /** That pods which send captures got nothing that nobody sent. */
  void nothingElse(Traffic traffic) {
    for (Pod pod : captures()) {
      long unexplained = traffic.unexplained(pod);
      report.check(
          unexplained == 0,
          "%s got %d packets that nobody sent it".formatted(pod.name(), unexplained));
    }
  }

  /** That drops stand under the reasons, and at the interfaces, that the flows had to meet. */
  void dropReasons(Ledgers ledgers, List<Flow> flows) {
    report.heading("Dropped packets, by named reason at the interface they came from");
    for (Pod pod : captures()) {
      drops(ledgers.of(pod), pod.name(), flows.stream().filter(flow -> isDroppedAt(pod, flow)));
    }
    for (Ledger ledger : ledgers.all()) {
      drops(
          ledger,
          Ledger.UPLINK,
          flows.stream()
              .filter(Flow::droppedBeyond)
              .filter(flow -> !Topology.pod(flow.from()).node().equals(ledger.node())));
    }
  }

  private static boolean isDroppedAt(Pod pod, Flow flow) {
    return flow.from().equals(pod.name()) && !flow.arrives() && !flow.droppedBeyond();
  }

  private void drops(Ledger ledger, String name, Stream<Flow> flows) {
    Map<String, Long> expected = new TreeMap<>();
    flows.forEach(flow -> expected.merge(flow.dropReason(), (long) flow.packets(), Long::sum));
    Map<String, Long> counted = ledger.drops(name);
    report.check(
        counted.equals(expected),
        "%s: %s dropped %s, expected %s".formatted(ledger.node().name(), name, counted, expected));
  }

  /** That no packet is missing and no counter is off, by our own books and by testpmd's. */
  void books(Ledgers ledgers, Map<String, PortStatistics> witness) {
    ledgers.all().forEach(this::books);
    report.heading("The counters add up between the nodes");
    for (Ledger ledger : ledgers.all()) {
      Ledger other = ledgers.of(Topology.other(ledger.node()));
      PortStatistics sender = ledger.uplink();
      PortStatistics receiver = other.uplink();
      report.check(
          sender.transmittedPackets() == receiver.receivedPackets()
              && sender.transmittedBytes() == receiver.receivedBytes(),
          "%s's uplink sent %d packets (%d bytes), %s's received %d (%d bytes)"
              .formatted(
                  ledger.node().name(),
                  sender.transmittedPackets(),
                  sender.transmittedBytes(),
                  other.node().name(),
                  receiver.receivedPackets(),
                  receiver.receivedBytes()));
    }
    report.heading("The counters add up with testpmd's, which plays the pods");
    pods.forEach(pod -> witness(ledgers.of(pod), pod, witness.get(pod.name())));
  }

  private void books(Ledger ledger) {
    report.heading("The counters of " + ledger.node().name() + " add up");
    for (Accounting.Balance balance : ledger.balances()) {
      report.check(
          balance.balanced(),
          "%s, worker %d: received + originated + copies %d = transmitted + dropped + consumed + held %d"
                  .formatted(ledger.node().name(), balance.worker(), balance.in(), balance.out())
              + "; it polled %d, interfaces counted %d"
                  .formatted(balance.taken(), balance.received()));
    }
    report.line(
        "in all: received %d, originated %d; transmitted %d, dropped %d, consumed %d, held %d"
            .formatted(
                ledger.total("rx-packets"),
                ledger.total("originated"),
                ledger.total("tx-packets"),
                ledger.dropped(),
                ledger.total("consumed"),
                ledger.total("held")));
  }

  private void witness(Ledger ledger, Pod pod, PortStatistics port) {
    PortStatistics ours = ledger.port(pod.name());
    report.check(
        ours.equals(port.fromTheOtherEnd()),
        "%-6s daemon took %d (%d bytes) and gave %d (%d bytes); testpmd sent %d (%d) and got %d (%d)"
            .formatted(
                pod.name(),
                ours.receivedPackets(),
                ours.receivedBytes(),
                ours.transmittedPackets(),
                ours.transmittedBytes(),
                port.transmittedPackets(),
                port.transmittedBytes(),
                port.receivedPackets(),
                port.receivedBytes()));
    report.check(
        ledger.events(pod, "memif-connects") == 1 && ledger.events(pod, "memif-disconnects") == 0,
        "%-6s connected %d times, disconnected %d times"
            .formatted(
                pod.name(),
                ledger.events(pod, "memif-connects"),
                ledger.events(pod, "memif-disconnects")));
  }

  /** That an address answers pings, or that none but the gateway answers for it. */
  void ping(KernelPod from, String address, boolean reachable) {
    KernelPod.Pings pings = from.ping(address);
    boolean good =
        reachable
            ? pings.answered() >= KernelPod.ANSWERS && pings.refused() == 0
            : pings.answered() == 0 && pings.refused() > 0;
    report.check(
        good,
        "%s pings %s: %d sent, %d answered, %d refused%s"
            .formatted(
                from.pod().name(),
                address,
                pings.sent(),
                pings.answered(),
                pings.refused(),
                reachable ? "" : " (nobody there in this network)"));
  }

  private List<Pod> captures() {
    return pods.stream().filter(pod -> pod.kind() == Pod.Kind.CAPTURE).toList();
  }
}
