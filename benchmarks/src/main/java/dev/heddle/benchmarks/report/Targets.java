package dev.heddle.benchmarks.report;

import static dev.heddle.benchmarks.report.Target.atLeast;
import static dev.heddle.benchmarks.report.Target.atMost;

import dev.heddle.benchmarks.report.Rules.Side;
import dev.heddle.benchmarks.report.Target.Outcome;
import dev.heddle.benchmarks.report.Target.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The targets, and targets.csv computed from raw samples. A missing sample is a target not met. */
final class Targets {
  private static final String SMALL = "64B-1route";
  private static final String LARGE = "1500B-1route";
  private static final String ENCAPSULATION = "64B-encapsulation";
  private static final String DECAPSULATION = "64B-decapsulation";
  private static final String ENFORCEMENT = "enforcement";

  /** A policy must have been changed so often before a figure counts. */
  private static final int LEAST_CHANGES = 20;

  private static final String CYCLES = "worker-cycles-per-packet";

  private static final List<Target> OTHERS =
      List.of(
          atLeast(
              "P1",
              "64 B through a route: rate / testpmd's io forwarding",
              1.0,
              "small",
              Rules.ratio(SMALL, "heddle", "testpmd", "mpps")),
          atLeast(
              "P1",
              "64 B through a route: rate beside a network of 1,000 rules / with no rules at all",
              0.97,
              "policyovs",
              Rules.ratio(
                  new Side("64B-1route-other-1000-rules", "heddle"),
                  new Side(SMALL, "heddle"),
                  "mpps")),
          atMost(
              "P1",
              "64 B over loopback rings: time beside a network of 1,000 rules / with no rules at all",
              1.03,
              "policy",
              programs("none-1k-flows-beside-1000-rules", "none-1k-flows", "ns-per-packet")),
          atLeast(
              "P2",
              "1500 B through a route: rate / testpmd's io forwarding",
              1.4,
              "large",
              Rules.ratio(LARGE, "heddle", "testpmd", "mpps")),
          atLeast(
              "P3",
              "64 B into a VXLAN tunnel: rate / through a route",
              0.8,
              "tunnels",
              besideRoute(ENCAPSULATION)),
          atLeast(
              "P3",
              "64 B out of a VXLAN tunnel: rate / through a route",
              0.8,
              "tunnels",
              besideRoute(DECAPSULATION)),
          atMost(
              "P4",
              "packets of known flows: time under 10,000 rules / under 1 rule",
              1.1,
              "policy",
              besideOneRule("known-1k-flows-")),
          atMost(
              "P4",
              "first packets of flows: time under 10,000 rules / under 1 rule",
              2,
              "policy",
              besideOneRule("new-flows-")),
          atMost(
              "P4",
              "known flows to 1,000 endpoints at random: time with a program each / with one of all",
              2,
              "programs",
              programs("known-flows-own", "known-flows-shared", "ns-per-packet")),
          atMost(
              "P4",
              "first packets to 1,000 endpoints at random: time with a program each / with one of all",
              3,
              "programs",
              programs("new-flows-own", "new-flows-shared", "ns-per-packet")),
          atMost(
              "P4",
              "known flows under 1,000 programs: time with ten changes a second / with none",
              1.2,
              "programs",
              programs("known-flows-own-changing", "known-flows-own-unchanged", "ns-per-packet")),
          atMost(
              "P4",
              "first packets under 1,000 programs: time with ten changes a second / with none",
              1.2,
              "programs",
              programs("new-flows-own-changing", "new-flows-own-unchanged", "ns-per-packet")),
          atMost(
              "P4",
              "known flows under 1,000 programs: longest turn with ten changes a second / with none",
              1.5,
              "programs",
              programs("known-flows-own-changing", "known-flows-own-unchanged", "longest-turn")),
          atMost(
              "P4",
              "first packets under 1,000 programs: longest turn with ten changes a second / with none",
              1.5,
              "programs",
              programs("new-flows-own-changing", "new-flows-own-unchanged", "longest-turn")),
          atMost(
              "P6",
              "an empty VRF: bytes of the daemon",
              4096,
              "memory",
              Rules.median("empty-vrf", "heddle", "bytes-per-vrf", 1)),
          atMost(
              "P6",
              "a million routes: bytes of lookup tables per route",
              8,
              "memory",
              Rules.median("1M-routes", "heddle", "table-bytes-per-route", 1)),
          atMost(
              "P6",
              "a million routes: bytes of the daemon's resident growth per route",
              100,
              "memory",
              Rules.median("1M-routes", "heddle", "resident-bytes-per-route", 1)),
          atLeast(
              "P7",
              "a million routes through gRPC while packets pass: routes a second",
              1_000_000,
              "control",
              Rules.median("1M-routes", "heddle", "routes-per-second", Rules.LEAST_PAIRS)),
          atMost(
              "P7",
              "one route changed in a VRF of a million: p99 until acknowledged in ms",
              1,
              "control",
              Rules.median("1-route-of-1M", "heddle", "p99-ms", Rules.LEAST_PAIRS)),
          atMost(
              "P7",
              "the unchanged state replaced: new revisions",
              0,
              "control",
              Rules.median("unchanged-state", "heddle", "revisions", Rules.LEAST_PAIRS)),
          atMost(
              "P7",
              "a change in each of 800 networks: seconds (VPP: 180)",
              0.8,
              "control",
              Rules.median("800-networks", "heddle", "seconds", Rules.LEAST_PAIRS)),
          atMost(
              "P7",
              "packets lost meanwhile",
              0,
              "control",
              Rules.median("churn", "heddle", "lost", Rules.LEAST_PAIRS)),
          atMost(
              "P8",
              "bytes that a worker allocated over 10^8 packets",
              0,
              "allocation",
              Rules.median(SMALL, "heddle", "allocated-bytes", 1)),
          atMost(
              "P9",
              "gap between two polls, p99.99: worker under load and churn / empty pinned loop",
              1.5,
              "pollgap",
              Rules.median("60s", "heddle", "p99.99-ratio", 1)),
          atMost(
              "P9",
              "gap between two polls, longest: worker under load and churn / empty pinned loop",
              1.5,
              "pollgap",
              Rules.median("60s", "heddle", "max-ratio", 1)),
          atMost(
              "P10",
              "daemon start to the first forwarded packet in s",
              1,
              "start",
              startUp("first-packet-seconds")),
          atMost(
              "P10",
              "daemon start to 90 % of full speed in s",
              3,
              "start",
              startUp("nearly-full-speed-seconds")),
          atMost(
              "C1",
              "a command that calls the daemon: seconds",
              0.3,
              "start",
              Rules.median("network-list", "heddle", "seconds", Rules.LEAST_PAIRS)),
          atLeast(
              "P11",
              "two workers over loopback ports: rate / one worker's",
              1.9,
              "workers",
              Rules.median("loopback", "heddle", "two-over-one", Rules.LEAST_PAIRS)),
          atLeast("P12", "64 B through a route: rate / OVS-DPDK's", 3, "tunnels", besideOvs(SMALL)),
          atLeast(
              "P12",
              "64 B into a VXLAN tunnel: rate / OVS-DPDK's",
              3,
              "tunnels",
              besideOvs(ENCAPSULATION)),
          atLeast(
              "P12",
              "64 B out of a VXLAN tunnel: rate / OVS-DPDK's",
              3,
              "tunnels",
              besideOvs(DECAPSULATION)),
          atLeast(
              "P12",
              "64 B of one flow under 1,000 rules: rate / OVS-DPDK's",
              3,
              "policyovs",
              besideOvs("64B-1000-rules")),
          atLeast(
              "P12",
              "64 B of 64k flows under 1,000 rules: rate / OVS-DPDK's",
              3,
              "policyovs",
              besideOvs("64B-1000-rules-64k-flows")),
          atLeast(
              "R1",
              "slowest 10 ms of a worker: rate with the first rare packets / rate before",
              0.9,
              "rare",
              Rules.ratio("loopback", "rare", "plain", "slowest-10ms")),
          atLeast(
              "K1",
              "TCP between two kernel pods of a node: rate / a veth pair's",
              0.5,
              "kernelpods",
              Rules.ratio("tcp4", "heddle", "veth", "gbps")),
          atMost(
              "K2",
              "64 B through a route beside 1000 idle kernel pods: time per packet / with none",
              1.05,
              "idletaps",
              Rules.ratio("busy", "1000-taps", "0-taps", "ns-per-packet")),
          atMost(
              "P13",
              "worker's cycles per packet: IPv4 1 route",
              40,
              "small",
              Rules.nearMedian(SMALL, "heddle", CYCLES)),
          atMost(
              "P13",
              "worker's cycles per packet: 10k routes and random destinations",
              45,
              "routes10k",
              Rules.nearMedian("64B-10k-random", "heddle", CYCLES)),
          atMost(
              "P13",
              "worker's cycles per packet: 500k counted routes and random destinations",
              85,
              "routes500k",
              Rules.nearMedian("64B-500k-random-counted", "heddle", CYCLES)),
          atMost(
              "P13",
              "worker's cycles per packet: 1500 B",
              120,
              "large",
              Rules.nearMedian(LARGE, "heddle", CYCLES)),
          atMost(
              "P13",
              "worker's cycles per packet: VXLAN encapsulation",
              55,
              "tunnels",
              Rules.nearMedian(ENCAPSULATION, "heddle", CYCLES)),
          atMost(
              "P13",
              "worker's cycles per packet: VXLAN decapsulation",
              70,
              "tunnels",
              Rules.nearMedian(DECAPSULATION, "heddle", CYCLES)),
          atMost(
              "P13",
              "worker's cycles per packet over loopback rings: policy, 1k known flows",
              60,
              "policy",
              policyCycles("known-1k-flows-10000-rules")),
          atMost(
              "P13",
              "worker's cycles per packet over loopback rings: policy, 100k known flows",
              110,
              "policy",
              policyCycles("known-100k-flows-10000-rules")),
          atMost(
              "P13",
              "worker's cycles per packet over loopback rings: 1,000 mixed rules, known flows",
              75,
              "policy",
              policyCycles("known-1k-flows-1000-rules")),
          atMost(
              "P14",
              "latency at 1 Mpps: median in ns",
              350,
              "latency",
              Rules.nearMedian("64B-1Mpps", "heddle", "p50")),
          atMost(
              "P14",
              "latency at 1 Mpps: p99 in ns",
              600,
              "latency",
              Rules.nearMedian("64B-1Mpps", "heddle", "p99")),
          atMost(
              "P14",
              "latency at 1 Mpps: p99.9 / that of an empty loop in the daemon's place",
              1.0,
              "latency",
              Rules.ratio("64B-1Mpps", "heddle", "empty-loop", "p99.9")));

  /** All of them, by number. */
  static final List<Target> ALL = all();

  private Targets() {}

  private static List<Target> all() {
    List<Target> all = new ArrayList<>(OTHERS);
    for (String routes : List.of("1k", "100k", "1M")) {
      lookups(all, "ipv4-" + routes, "rte_lpm");
      lookups(all, "ipv6-" + routes, "rte_lpm6");
    }
    enforcement(all);
    all.sort(
        Comparator.comparing((Target target) -> target.id().charAt(0))
            .thenComparing(target -> Integer.parseInt(target.id().substring(1))));
    return List.copyOf(all);
  }

  private static void enforcement(List<Target> all) {
    for (int rules : List.of(10, 1_000, 10_000)) {
      all.add(
          atMost(
              "E1",
              "packets sent after %,d rules were acknowledged as tightened that still passed"
                  .formatted(rules),
              0,
              ENFORCEMENT,
              Rules.greatest(rules + "-rules", "heddle", "tightened-passed-after", LEAST_CHANGES)));
    }
    acknowledged(all, 1_000, 10, 50);
    acknowledged(all, 10_000, 100, 500);
    bytes(all, "10,000 rules in one policy", "rule", "10000-rules", 2_048);
    bytes(all, "1,000 programs of 10 rules", "program", "1000-programs", 20_480);
    bytes(all, "an IP set of 100,000 members", "member", "100000-members", 200);
  }

  private static void acknowledged(List<Target> all, int rules, int median, int worst) {
    String scenario = rules + "-rules";
    String metric = "tightened-acknowledged";
    String what = "%,d rules tightened and acknowledged: %s in ms";
    all.add(
        atMost(
            "E2",
            what.formatted(rules, "median"),
            median,
            ENFORCEMENT,
            Rules.median(scenario, "heddle", metric, LEAST_CHANGES)));
    all.add(
        atMost(
            "E2",
            what.formatted(rules, "longest"),
            worst,
            ENFORCEMENT,
            Rules.greatest(scenario, "heddle", metric, LEAST_CHANGES)));
  }

  private static void bytes(List<Target> all, String of, String each, String scenario, int bound) {
    all.add(
        atMost(
            "E3",
            "%s: bytes of the daemon per %s".formatted(of, each),
            bound,
            ENFORCEMENT,
            Rules.median(scenario, "heddle", "bytes-per-" + each, 1)));
  }

  private static Rule startUp(String metric) {
    return Rules.median("100-networks-100k-routes", "heddle", metric, Rules.LEAST_PAIRS);
  }

  private static Rule besideRoute(String scenario) {
    return Rules.ratio(new Side(scenario, "heddle"), new Side(SMALL, "heddle"), "mpps");
  }

  private static Rule besideOneRule(String flows) {
    return Rules.ratio(
        new Side(flows + "10000-rules", "heddle"),
        new Side(flows + "1-rules", "heddle"),
        "ns-per-packet");
  }

  private static Rule programs(String scenario, String beside, String metric) {
    return Rules.ratio(new Side(scenario, "heddle"), new Side(beside, "heddle"), metric);
  }

  private static Rule policyCycles(String scenario) {
    return Rules.median(scenario, "heddle", "cycles-per-packet", Rules.LEAST_PAIRS);
  }

  private static Rule besideOvs(String scenario) {
    return Rules.ratio(scenario, "heddle", "ovs-dpdk", "mpps");
  }

  private static void lookups(List<Target> all, String scenario, String trie) {
    lookup(all, scenario, trie, 1.0);
    lookup(all, scenario, "rte_fib-scalar", 1.0);
    lookup(all, scenario, "rte_fib-avx512", 0.7);
  }

  private static void lookup(List<Target> all, String scenario, String peer, double bound) {
    String what = "lookups with %s routes: rate / %s".formatted(scenario, peer);
    // The peer's time over ours is our rate over the peer's.
    Rule rule = Rules.ratio(scenario, peer, "heddle", "ns-per-lookup");
    all.add(atLeast("P5", what, bound, "lookup", rule));
  }

  /** Computes every target. */
  static List<Outcome> evaluate(List<RawFile> files) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Target target : ALL) {
      List<Sample> samples = new ArrayList<>();
      String command = "make bench ONLY=" + target.benchmark();
      for (RawFile file : files) {
        file.samples().stream()
            .filter(sample -> sample.benchmark().equals(target.benchmark()))
            .forEach(samples::add);
      }
      outcomes.add(new Outcome(target, target.rule().measure(samples), command));
    }
    return outcomes;
  }

  static void write(Path file, List<Outcome> outcomes) {
    Csv.write(file, Target.COLUMNS, outcomes.stream().map(Outcome::fields).toList());
  }
}
