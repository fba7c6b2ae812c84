package dev.heddle.daemon;

import dev.heddle.api.Version;
import dev.heddle.api.v1.ServerInfo;
import dev.heddle.compile.TableCompiler;
import dev.heddle.control.ApiServer;
import dev.heddle.control.ControlPlane;
import dev.heddle.control.HeddleService;
import dev.heddle.control.TransactionRoom;
import dev.heddle.control.Watches;
import dev.heddle.control.journal.Journal;
import dev.heddle.control.journal.JournalException;
import dev.heddle.daemon.capture.Captures;
import dev.heddle.daemon.metrics.Health;
import dev.heddle.daemon.metrics.MetricsServer;
import dev.heddle.daemon.trace.TracedInterfaces;
import dev.heddle.daemon.trace.Traces;
import dev.heddle.flow.FlowTable;
import dev.heddle.model.Uplink;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DaemonCounter;
import dev.heddle.port.memif.channel.MemifConductor;
import dev.heddle.port.memif.channel.MemifLimits;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.underlay.NeighbourService;
import dev.heddle.worker.DryRun;
import dev.heddle.worker.StallWatch;
import dev.heddle.worker.WorkerGroup;
import io.grpc.ServerInterceptors;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All parts of the daemon, put together and taken apart again.
 *
 * <pre>
 * HeddleService -> ControlPlane -> TableCompiler -> RouteStore
 *                       |    \\
 *                 DaemonPorts  WorkerGroup <- links - MemifConductor
 *                       |           \\__ ports - DpdkUplinks   |
 *                       \\_________________________/__________/
 * </pre>
 */
public final class Daemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final long HEARTBEAT_MS = 1000;

  /** The flow table is swept in so many heartbeats. */
  private static final int FLOW_SWEEP_PARTS = 10;

  private static final long READINESS_MS = 100;

  /** A trace's ring holds what comes until it is looked at. */
  private static final long TRACES_MS = 100;

  /** What to close, the last one opened first. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final DaemonSettings settings;

  private Daemon(DaemonSettings settings) {
    this.settings = settings;
  }

  /**
   * Starts a daemon. When this returns, clients can connect.
   *
   * @throws StartException if it cannot be had as told; nothing of it stays
   */
  public static Daemon start(DaemonSettings settings) {
    Daemon daemon = new Daemon(settings);
    try {
      daemon.open();
      return daemon;
    } catch (IOException | UncheckedIOException | JournalException e) {
      daemon.close();
      throw new StartException(e.getMessage(), e);
    } catch (RuntimeException e) {
      daemon.close();
      throw e;
    }
  }

  private void open() throws IOException {
    with(Claim.of(settings.doors().socket(), "--socket"));
    with(Claim.of(settings.countersFile(), "--counters"));
    with(Claim.of(settings.journal(), "--journal"));
    Journal journal = with(Journal.open(settings.journal()));
    CountersFile counters =
        with(
            CountersFile.create(
                settings.countersFile(),
                settings.processors().size(),
                settings.maxEndpoints() + Uplink.MAX_UPLINKS,
                InterfaceEvents.all()));
    startHeartbeat(counters);
    Arena tableMemory = with(Arena.ofShared());
    Neighbours neighbourTable = new Neighbours(tableMemory);
    TableCompiler compiler =
        with(new TableCompiler(new RouteStore(settings.tableMemoryBytes()), neighbourTable));
    WorkerGroup workers = with(WorkerGroup.start(settings.processors(), settings.idle(), counters));
    startFlowSweep(workers.flows());
    RingDirectory rings = with(new RingDirectory(ringPath(), settings.processors().size()));
    Captures captures = with(new Captures(workers, rings));
    TracedInterfaces interfaces = new TracedInterfaces();
    NeighbourService neighbours =
        with(
            NeighbourService.start(
                neighbourTable,
                workers.neighbourOutput(),
                workers.neighbourReports(),
                counters.slots()::count));
    MemifConductor conductor =
        with(
            MemifConductor.start(
                new WatchedLinks(workers, neighbours::linkUp),
                MemifLimits.DEFAULTS,
                "heddle " + Version.current(),
                counters.slots()::count));
    DpdkUplinks dpdk = openUplinks(workers, neighbours);
    KernelPods kernelPods = with(new KernelPods(workers, counters.slots()));
    startWatch(dpdk, kernelPods);
    ControlPlane controlPlane =
        new ControlPlane(
            compiler,
            new DaemonPorts(
                conductor,
                dpdk,
                kernelPods,
                counters.slots(),
                InterfaceWatcher.both(captures, interfaces)),
            workers::publish,
            new KeptNeighbours(neighbours),
            new WorkerRouteMeter(workers),
            totals -> count(totals, counters),
            journal,
            workers.policyLogs(),
            new DryRun(workers.flows()));
    everyHeartbeat("policy-log", controlPlane::collectPolicyLog);
    Traces traces =
        with(new Traces(workers, rings, interfaces, controlPlane::match, controlPlane::rule));
    every("traces", TRACES_MS, traces::collectOrTell);
    Health health = watch(workers, controlPlane);
    with(controlPlane::end);
    serveMetrics(controlPlane, health);
    restore(controlPlane);
    serve(controlPlane, health, counters, new ObservationService(captures, traces));
  }

  private DpdkUplinks openUplinks(WorkerGroup workers, NeighbourService neighbours) {
    DpdkUplinks dpdk =
        with(
            new DpdkUplinks(
                workers,
                settings.processors().size(),
                settings.dpdkArguments(),
                neighbours::linkUp));
    DpdkUplinks.tellVersion();
    return dpdk;
  }

  /** What the last run had acknowledged runs again before anybody is served. */
  private static void restore(ControlPlane controlPlane) {
    try {
      controlPlane.restore();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while the last run's state was made again", e);
    } catch (StatusRuntimeException e) {
      throw new StartException(
          "the last run's state cannot be made again: "
              + e.getStatus().getDescription()
              + "; put that right, or move the file of --journal away to begin with nothing",
          e);
    }
  }

  private void serve(
      ControlPlane controlPlane,
      Health health,
      CountersFile counters,
      ObservationService observation)
      throws IOException {
    ServerInfo self = describe();
    WatchedWorkers watched = new WatchedWorkers(health.workers(), health.stalls());
    Watches watches = new Watches(controlPlane, watched, self.getInstanceId());
    HeddleService service =
        new HeddleService(controlPlane, TransactionRoom.ofThisProcess(), self, watched, watches);
    ApiServer server =
        with(
            ApiServer.start(
                settings.doors(),
                List.of(
                    ServerInterceptors.intercept(service, new CallCounter(counters)),
                    ServerInterceptors.intercept(observation, new CallCounter(counters)))));
    every("readiness", READINESS_MS, () -> server.setReady(health.missing().isEmpty()));
  }

  private Health watch(WorkerGroup workers, ControlPlane controlPlane) {
    StallWatch stalls = workers.stallWatch();
    every("stall-watch", StallWatch.LOOK_MS, stalls::look);
    return new Health(workers, stalls, controlPlane);
  }

  /** From before the last run's state is made again: it may take a while. */
  private void serveMetrics(ControlPlane controlPlane, Health health) {
    if (settings.metrics() != null) {
      MetricsServer metrics =
          with(
              MetricsServer.start(
                  settings.metrics(), settings.countersFile(), controlPlane::inventory, health));
      LOG.atInfo().addKeyValue("address", metrics.address()).log("metrics are served");
    }
  }

  /** Beside the counters, which are claimed for this daemon and in memory. */
  private Path ringPath() {
    Path counters = settings.countersFile().toAbsolutePath();
    return counters.resolveSibling(counters.getFileName() + ".rings");
  }

  private void startHeartbeat(CountersFile counters) {
    everyHeartbeat("heartbeat", counters::heartbeat);
  }

  /** Apart from the heartbeat, which waits for nobody. */
  private void startWatch(DpdkUplinks dpdk, KernelPods kernelPods) {
    everyHeartbeat("link-watch", dpdk::watchLinks);
    everyHeartbeat("pod-watch", kernelPods::watch);
  }

  /** Ends flows that have timed out, so that they do not count for their network's quota. */
  private void startFlowSweep(FlowTable flows) {
    AtomicInteger turn = new AtomicInteger();
    everyHeartbeat(
        "flow-sweep",
        () -> {
          int part = turn.getAndIncrement() % FLOW_SWEEP_PARTS;
          flows.sweep(part, FLOW_SWEEP_PARTS, flows.seconds(System.nanoTime()));
        });
  }

  private void everyHeartbeat(String name, Runnable code) {
    every(name, HEARTBEAT_MS, code);
  }

  private void every(String name, long periodMs, Runnable code) {
    ScheduledExecutorService timer =
        with(
            Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory()));
    timer.scheduleAtFixedRate(code, periodMs, periodMs, TimeUnit.MILLISECONDS);
  }

  private static void count(ControlPlane.Totals totals, CountersFile counters) {
    counters.daemon(DaemonCounter.NETWORKS).setRelease(totals.networks());
    counters.daemon(DaemonCounter.ENDPOINTS).setRelease(totals.endpoints());
    counters.daemon(DaemonCounter.ROUTES).setRelease(totals.routes());
    counters.daemon(DaemonCounter.REVISION).setRelease(totals.revision());
  }

  private ServerInfo describe() {
    return ServerInfo.newBuilder()
        .setVersion(Version.current())
        .setInstanceId(UUID.randomUUID().toString())
        .setPid(ProcessHandle.current().pid())
        .setWorkers(settings.processors().size())
        .setCountersFile(settings.countersFile().toAbsolutePath().toString())
        .build();
  }

  private <T extends AutoCloseable> T with(T part) {
    parts.push(part);
    return part;
  }

  /** Ends all calls, disconnects all pods, removes all sockets and stops the workers. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.error("a part of the daemon could not be closed", e);
      }
    }
  }
}
