package dev.heddle.daemon.metrics;

import dev.heddle.daemon.metrics.Family.Type;
import dev.heddle.observe.DaemonCounter;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** All metrics that there are. Most of them are counters of the counters file by another name. */
public final class Families {
  private static final List<String> INTERFACE =
      List.of("interface", "network", "vrf", "namespace", "pod");
  private static final List<String> NETWORK = List.of("network", "vrf");
  private static final List<String> WORKER = List.of("worker");

  private static final Set<WorkerCounter> WORKER_GAUGES =
      EnumSet.of(WorkerCounter.REVISION, WorkerCounter.POOL_BUFFERS, WorkerCounter.POOL_USED);
  private static final Set<WorkerCounter> NANOSECONDS =
      EnumSet.of(WorkerCounter.BUSY_NS, WorkerCounter.IDLE_NS);
  private static final Set<DaemonCounter> DAEMON_COUNTERS =
      EnumSet.of(DaemonCounter.API_CALLS, DaemonCounter.API_REFUSALS);

  /** Told by network instead. */
  private static final Set<DaemonCounter> BY_NETWORK =
      EnumSet.of(DaemonCounter.ENDPOINTS, DaemonCounter.ROUTES);

  /** Counters that are told together, as a histogram. */
  static final Set<WorkerCounter> BATCH_SIZES =
      EnumSet.range(WorkerCounter.BATCH_1, WorkerCounter.BATCH_256);

  private static final Set<WorkerCounter> IN_HISTOGRAM =
      EnumSet.range(WorkerCounter.PACKETS, WorkerCounter.BATCH_256);

  static final Family BUILD =
      new Family(
          "heddle_build_info",
          Type.GAUGE,
          "always 1; the version of the daemon",
          List.of("version"));

  static final Family START_TIME =
      new Family(
          "heddle_start_time_seconds",
          Type.GAUGE,
          "when the daemon started, in seconds since 1970",
          List.of());

  static final Family ROUTES =
      new Family("heddle_routes", Type.GAUGE, DaemonCounter.ROUTES.description(), NETWORK);

  static final Family ENDPOINTS =
      new Family("heddle_endpoints", Type.GAUGE, DaemonCounter.ENDPOINTS.description(), NETWORK);

  static final Family NETWORK_MTU =
      new Family(
          "heddle_network_mtu_bytes", Type.GAUGE, "largest IP packet of the network", NETWORK);

  static final Family NODES =
      new Family("heddle_nodes", Type.GAUGE, "other nodes there are now", List.of());

  static final Family UPLINK_MTU =
      new Family(
          "heddle_uplink_mtu_bytes",
          Type.GAUGE,
          "largest IP packet on the uplink, outer headers of tunnels included",
          List.of("interface"));

  static final Family TUNNELS =
      new Family(
          "heddle_tunnels",
          Type.GAUGE,
          "tunnels to nodes: resolved while the Ethernet address of the next hop is known, else"
              + " unresolved",
          List.of("interface", "state"));

  static final Family NEIGHBOURS =
      new Family(
          "heddle_neighbours",
          Type.GAUGE,
          "neighbours on the underlay: reachable, probe while one is asked again, incomplete while"
              + " one does not answer",
          List.of("interface", "state"));

  static final Family INTERFACE_UP =
      new Family(
          "heddle_interface_up",
          Type.GAUGE,
          "1 if a pod is there, or the uplink can carry packets; else 0",
          INTERFACE);

  static final Family DROPS =
      new Family(
          "heddle_interface_drops_total",
          Type.COUNTER,
          "packets dropped for a reason; absent until the first one",
          with(INTERFACE, "worker", "reason"));

  static final Family EVENTS =
      new Family(
          "heddle_interface_events_total",
          Type.COUNTER,
          "what the control side saw happen to an interface; absent until the first time",
          with(INTERFACE, "event"));

  static final Family BATCHES =
      new Family(
          "heddle_worker_batch_packets",
          Type.HISTOGRAM,
          "packets in a batch; their sum is all packets that were taken from interfaces",
          WORKER);

  static final Family STALLED =
      new Family(
          "heddle_worker_stalled",
          Type.GAUGE,
          "1 while the worker stands still and a quarter of a second after; else 0",
          WORKER);

  static final Family JVM_MEMORY =
      new Family(
          "jvm_memory_used_bytes",
          Type.GAUGE,
          "the JVM's own memory in use; packets and tables lie outside of it",
          List.of("area"));

  static final Family JVM_COLLECTIONS =
      new Family("jvm_gc_collections_total", Type.COUNTER, "collections of garbage", List.of("gc"));

  static final Family JVM_COLLECTION_TIME =
      new Family(
          "jvm_gc_collection_seconds_total",
          Type.COUNTER,
          "time that they took, most of it beside the workers",
          List.of("gc"));

  static final Map<InterfaceCounter, Family> TRAFFIC = new EnumMap<>(InterfaceCounter.class);
  static final Map<WorkerCounter, Family> OF_WORKER = new EnumMap<>(WorkerCounter.class);
  static final Map<DaemonCounter, Family> OF_DAEMON = new EnumMap<>(DaemonCounter.class);

  static {
    for (InterfaceCounter counter : InterfaceCounter.values()) {
      boolean isGauge = counter == InterfaceCounter.HELD;
      TRAFFIC.put(
          counter,
          new Family(
              name("heddle_interface_", counter.label(), isGauge ? "" : "_total"),
              isGauge ? Type.GAUGE : Type.COUNTER,
              counter.description(),
              with(INTERFACE, "worker")));
    }
    for (WorkerCounter counter : EnumSet.complementOf(EnumSet.copyOf(IN_HISTOGRAM))) {
      OF_WORKER.put(counter, ofWorker(counter));
    }
    for (DaemonCounter counter : EnumSet.complementOf(EnumSet.copyOf(BY_NETWORK))) {
      boolean isGauge = !DAEMON_COUNTERS.contains(counter);
      OF_DAEMON.put(
          counter,
          new Family(
              name("heddle_", counter.label(), isGauge ? "" : "_total"),
              isGauge ? Type.GAUGE : Type.COUNTER,
              counter.description(),
              List.of()));
    }
  }

  private Families() {}

  private static Family ofWorker(WorkerCounter counter) {
    if (isTime(counter)) {
      return new Family(
          name("heddle_worker_", counter.label().replace("-ns", "-seconds"), "_total"),
          Type.COUNTER,
          counter.description().replace("nanoseconds", "seconds"),
          WORKER);
    }
    boolean isGauge = WORKER_GAUGES.contains(counter);
    return new Family(
        name("heddle_worker_", counter.label(), isGauge ? "" : "_total"),
        isGauge ? Type.GAUGE : Type.COUNTER,
        counter.description(),
        WORKER);
  }

  /** Whether it counts nanoseconds, which are told as seconds. */
  private static boolean isTime(WorkerCounter counter) {
    return NANOSECONDS.contains(counter);
  }

  private static String name(String prefix, String label, String suffix) {
    return prefix + label.replace('-', '_') + suffix;
  }

  private static List<String> with(List<String> labels, String... more) {
    List<String> all = new ArrayList<>(labels);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  /** All of them, in the order in which they are told. */
  public static List<Family> all() {
    return Stream.of(
            Stream.of(BUILD, START_TIME),
            OF_DAEMON.values().stream(),
            Stream.of(ROUTES, ENDPOINTS, NETWORK_MTU, NODES, UPLINK_MTU, TUNNELS, NEIGHBOURS),
            Stream.of(STALLED, BATCHES),
            OF_WORKER.values().stream(),
            Stream.of(INTERFACE_UP),
            TRAFFIC.values().stream(),
            Stream.of(DROPS, EVENTS, JVM_MEMORY, JVM_COLLECTIONS, JVM_COLLECTION_TIME))
        .flatMap(families -> families)
        .toList();
  }
}
