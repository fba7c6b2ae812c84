package dev.heddle.demo;

import dev.heddle.api.stats.Accounting;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /** That each sender's drops stand under the reasons that its flows had to meet. */
  void dropReasons(Ledger ledger, List<Flow> flows) {
    report.heading("Dropped packets, by named reason at the sender's interface");
    for (Pod pod : captures()) {
      Map<String, Long> expected = new TreeMap<>();
      for (Flow flow : flows) {
        if (flow.from().equals(pod.name()) && !flow.arrives()) {
          expected.merge(flow.dropReason(), (long) flow.packets(), Long::sum);
        }
      }
      Map<String, Long> counted = ledger.drops(pod);
      report.check(
          counted.equals(expected),
          "%s dropped %s, expected %s".formatted(pod.name(), counted, expected));
    }
  }

  /** That no packet is missing and no counter is off, by our own books and by testpmd's. */
  void books(Ledger ledger, Map<String, PortStatistics> witness) {
    report.heading("The counters add up");
    for (Accounting.Balance balance : ledger.balances()) {
      report.check(
          balance.balanced(),
          "worker %d: received + originated %d = transmitted + dropped + consumed + held %d"
                  .formatted(balance.worker(), balance.in(), balance.out())
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
    for (Pod pod : pods) {
      PortStatistics port = witness.get(pod.name());
      PortStatistics ours =
          new PortStatistics(
              ledger.transmitted(pod),
              ledger.value(pod, "tx-bytes"),
              ledger.received(pod),
              ledger.value(pod, "rx-bytes"));
      report.check(
          ours.equals(port),
          "%-6s daemon took %d (%d bytes) and gave %d (%d bytes); testpmd sent %d (%d) and got %d (%d)"
              .formatted(
                  pod.name(),
                  ours.transmittedPackets(),
                  ours.transmittedBytes(),
                  ours.receivedPackets(),
                  ours.receivedBytes(),
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
