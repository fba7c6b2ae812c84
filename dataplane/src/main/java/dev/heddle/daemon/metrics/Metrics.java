package dev.heddle.daemon.metrics;

import dev.heddle.api.Version;
import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import dev.heddle.api.stats.Snapshot.WorkerStats;
import dev.heddle.control.InterfaceIdentity;
import dev.heddle.control.Inventory;
import dev.heddle.control.KnownNeighbour;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** One look at the counters and at whose interfaces are, told to Prometheus. */
final class Metrics {
  private static final double NS_PER_SECOND = 1e9;
  private static final double MS_PER_SECOND = 1e3;
  private static final InterfaceIdentity UNKNOWN = new InterfaceIdentity("", "", "", "", false);

  private final Snapshot snapshot;
  private final Inventory inventory;
  private final WorkerStates states;
  private final Exposition exposition = new Exposition();

  /**
   * @param inventory whose interfaces are, and what else there is
   */
  Metrics(Snapshot snapshot, Inventory inventory, WorkerStates states) {
    this.snapshot = snapshot;
    this.inventory = inventory;
    this.states = states;
  }

  String text() {
    exposition.begin(Families.BUILD);
    exposition.sample(Families.BUILD, 1, Version.current());
    exposition.begin(Families.START_TIME);
    exposition.sample(Families.START_TIME, snapshot.created().toEpochMilli() / MS_PER_SECOND);
    addDaemon();
    addNetworks();
    addUnderlay();
    addWorkers();
    addInterfaces();
    addJvm();
    return exposition.toString();
  }

  private void addDaemon() {
    Families.OF_DAEMON.forEach((counter, family) -> {
      exposition.begin(family);
      snapshot.daemonCounters().stream()
          .filter(each -> each.name().equals(counter.label()))
          .forEach(each -> exposition.sample(family, each.value()));
    });
  }

  private void addNetworks() {
    addNetworks(Families.ROUTES, Inventory.OfNetwork::routes);
    addNetworks(Families.ENDPOINTS, Inventory.OfNetwork::endpoints);
    addNetworks(Families.NETWORK_MTU, Inventory.OfNetwork::mtuBytes);
  }

  private void addNetworks(Family family, ToLongFunction<Inventory.OfNetwork> value) {
    exposition.begin(family);
    for (Inventory.OfNetwork network : inventory.networks()) {
      exposition.sample(family, value.applyAsLong(network), network.name(), network.vrf());
    }
  }

  private void addUnderlay() {
    exposition.begin(Families.NODES);
    exposition.sample(Families.NODES, inventory.nodes());
    exposition.begin(Families.UPLINK_MTU);
    for (Inventory.OfUplink uplink : inventory.uplinks()) {
      exposition.sample(Families.UPLINK_MTU, uplink.mtuBytes(), uplink.interfaceName());
    }
    exposition.begin(Families.TUNNELS);
    for (Inventory.OfUplink uplink : inventory.uplinks()) {
      String name = uplink.interfaceName();
      exposition.sample(Families.TUNNELS, uplink.resolvedTunnels(), name, "resolved");
      exposition.sample(Families.TUNNELS, uplink.unresolvedTunnels(), name, "unresolved");
    }
    exposition.begin(Families.NEIGHBOURS);
    for (Inventory.OfUplink uplink : inventory.uplinks()) {
      for (KnownNeighbour.State state : KnownNeighbour.State.values()) {
        exposition.sample(
            Families.NEIGHBOURS,
            uplink.neighbours().getOrDefault(state, 0L),
            uplink.interfaceName(),
            state.name().toLowerCase(Locale.ROOT));
      }
    }
  }

  private void addWorkers() {
    exposition.begin(Families.STALLED);
    for (WorkerStats stats : snapshot.workers()) {
      exposition.sample(Families.STALLED, states.isStalled(stats.worker()) ? 1 : 0, number(stats));
    }
    exposition.begin(Families.BATCHES);
    for (WorkerStats stats : snapshot.workers()) {
      addBatches(stats);
    }
    Families.OF_WORKER.forEach((counter, family) -> {
      exposition.begin(family);
      for (WorkerStats stats : snapshot.workers()) {
        switch (counter) {
          case BUSY_NS -> addSeconds(family, states.busyNs(stats.worker()), stats);
          case IDLE_NS -> addSeconds(family, states.idleNs(stats.worker()), stats);
          default -> exposition.sample(family, stats.value(counter.label()), number(stats));
        }
      }
    });
  }

  private void addSeconds(Family family, long ns, WorkerStats stats) {
    exposition.sample(family, ns / NS_PER_SECOND, number(stats));
  }

  private void addBatches(WorkerStats stats) {
    List<Long> bounds = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    long bound = 1;
    for (WorkerCounter size : Families.BATCH_SIZES) {
      counts.add(stats.value(size.label()));
      bounds.add(bound);
      bound = 2 * bound + 1;
    }
    bounds.removeLast();
    exposition.histogram(
        Families.BATCHES,
        bounds,
        counts,
        stats.value(WorkerCounter.PACKETS.label()),
        number(stats));
  }

  private static String number(WorkerStats stats) {
    return Integer.toString(stats.worker());
  }

  private void addInterfaces() {
    exposition.begin(Families.INTERFACE_UP);
    for (InterfaceStats stats : snapshot.interfaces()) {
      InterfaceIdentity identity = identity(stats);
      if (identity != UNKNOWN) {
        exposition.sample(Families.INTERFACE_UP, identity.up() ? 1 : 0, labels(stats));
      }
    }
    Families.TRAFFIC.forEach(this::addTraffic);
    exposition.begin(Families.DROPS);
    for (InterfaceStats stats : snapshot.interfaces()) {
      addDrops(stats);
    }
    exposition.begin(Families.EVENTS);
    for (InterfaceStats stats : snapshot.interfaces()) {
      for (int column = 0; column < stats.events().length; column++) {
        if (stats.events()[column] != 0) {
          String event = snapshot.eventColumns().get(column).name();
          exposition.sample(Families.EVENTS, stats.events()[column], labels(stats, event));
        }
      }
    }
  }

  private void addJvm() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    exposition.begin(Families.JVM_MEMORY);
    exposition.sample(Families.JVM_MEMORY, memory.getHeapMemoryUsage().getUsed(), "heap");
    exposition.sample(Families.JVM_MEMORY, memory.getNonHeapMemoryUsage().getUsed(), "nonheap");
    exposition.begin(Families.JVM_COLLECTIONS);
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      exposition.sample(Families.JVM_COLLECTIONS, gc.getCollectionCount(), gc.getName());
    }
    exposition.begin(Families.JVM_COLLECTION_TIME);
    for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      exposition.sample(
          Families.JVM_COLLECTION_TIME, gc.getCollectionTime() / MS_PER_SECOND, gc.getName());
    }
  }

  private void addTraffic(InterfaceCounter counter, Family family) {
    int column = snapshot.column(counter.label());
    exposition.begin(family);
    for (InterfaceStats stats : snapshot.interfaces()) {
      for (int worker = 0; worker < stats.perWorker().length; worker++) {
        exposition.sample(
            family, stats.perWorker()[worker][column], labels(stats, Integer.toString(worker)));
      }
    }
  }

  private void addDrops(InterfaceStats stats) {
    for (int column = 0; column < snapshot.columns().size(); column++) {
      Column each = snapshot.columns().get(column);
      for (int worker = 0; worker < stats.perWorker().length; worker++) {
        long packets = stats.perWorker()[worker][column];
        if (each.kind() == Column.Kind.DROP && packets != 0) {
          exposition.sample(
              Families.DROPS, packets, labels(stats, Integer.toString(worker), each.name()));
        }
      }
    }
  }

  /** Another interface may have the index by now. */
  private InterfaceIdentity identity(InterfaceStats stats) {
    InterfaceIdentity identity = inventory.interfaces().get(stats.index());
    return identity != null && identity.name().equals(stats.name()) ? identity : UNKNOWN;
  }

  private String[] labels(InterfaceStats stats, String... more) {
    InterfaceIdentity identity = identity(stats);
    List<String> values = new ArrayList<>();
    values.add(stats.name());
    values.add(stats.network());
    values.add(identity.vrf());
    values.add(identity.namespace());
    values.add(identity.pod());
    values.addAll(List.of(more));
    return values.toArray(String[]::new);
  }
}
