package dev.heddle.worker;

import dev.heddle.ffi.linux.Cpu;
import dev.heddle.flow.FlowTable;
import dev.heddle.memory.Memory;
import dev.heddle.observe.CapturePoint;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.PolicyLog;
import dev.heddle.observe.TracePoint;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.port.Port;
import dev.heddle.port.PortOwner;
import dev.heddle.port.memif.LinkOwner;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.MemifPort;
import dev.heddle.table.Tables;
import dev.heddle.underlay.NeighbourOutput;
import java.lang.foreign.Arena;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/**
 * All workers of the daemon, and the one door to them: publishes tables, and spreads the rings of
 * connected peers over them.
 *
 * <p>Methods may be called by any thread that is not a worker.
 */
public final class WorkerGroup implements LinkOwner, PortOwner, AutoCloseable {
  private static final long ACKNOWLEDGE_POLL_NS = 20_000;
  private static final int SPINS_BEFORE_PARK = 2_000;

  /** How often somebody who waits for a worker looks whether it lives. */
  private static final long ALIVE_CHECK_MS = 100;

  /**
   * Connections that are followed in all networks together: 64 bytes each, touched as they come.
   */
  private static final int FLOWS = 1 << 20;

  private final Publication publication = new Publication();
  private final List<Worker> workers = new ArrayList<>();
  private final List<RouteCounters> routeCounters = new ArrayList<>();
  private final List<WorkerThread> threads = new ArrayList<>();
  private final Arena arena = Arena.ofShared();

  /** How many receive queues the interfaces have that are attached, by interface index. */
  private final Map<Integer, Integer> receiveQueues = new ConcurrentSkipListMap<>();

  private final FlowTable flows =
      new FlowTable(FLOWS, new SecureRandom().nextLong(), System.nanoTime());

  /** When the newest tables were put in force. */
  private volatile long publishedNs = System.nanoTime();

  private WorkerGroup() {}

  /**
   * Starts the workers, the first time in a JVM after their code has been trained.
   *
   * @param processors one entry a worker: the processor it is pinned to, or -1
   * @param counters where they count; has as many workers
   * @throws IllegalStateException where a worker cannot be pinned; none runs then
   */
  public static WorkerGroup start(List<Integer> processors, IdleMode idle, CountersFile counters) {
    return start(
        processors,
        worker -> idle == IdleMode.SPIN ? BusySpinIdleStrategy.INSTANCE : new AdaptiveIdle(worker),
        counters);
  }

  /** The same with an idle strategy for each worker, which it asks once a turn. */
  static WorkerGroup start(
      List<Integer> processors, Function<Worker, IdleStrategy> idle, CountersFile counters) {
    Training.once();
    WorkerGroup group = new WorkerGroup();
    int interfaces = counters.slots().capacity();
    for (int i = 0; i < processors.size(); i++) {
      RouteCounters routes = new RouteCounters();
      Worker worker =
          new Worker(
              "worker-" + i,
              processors.get(i),
              group.publication,
              group.arena,
              interfaces,
              counters.worker(i),
              routes,
              group.flows);
      group.routeCounters.add(routes);
      group.start(worker, idle.apply(worker));
    }
    leaveAlone(processors);
    return group;
  }

  /**
   * Keeps the JVM's other threads away from the workers' processors, if there are others: a worker
   * that a compiler or the garbage collector takes turns with stands still for milliseconds.
   */
  private static void leaveAlone(List<Integer> processors) {
    BitSet pinned = new BitSet();
    processors.stream().filter(processor -> processor != Worker.NOT_PINNED).forEach(pinned::set);
    Cpu.leaveAlone(pinned);
  }

  private void start(Worker worker, IdleStrategy idle) {
    try {
      threads.add(WorkerThread.start(worker, idle));
      workers.add(worker);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Puts tables in force.
   *
   * @param tables with a revision greater than the last
   * @throws InterruptedException if interrupted before every worker runs them; they are in force
   *     nonetheless
   * @throws IllegalStateException where a worker has ended; they are in force for the others
   */
  public void publish(Tables tables) throws InterruptedException {
    publishedNs = System.nanoTime();
    publication.set(tables);
    for (Worker worker : workers) {
      worker.wake();
    }
    for (WorkerThread thread : threads) {
      await(thread, tables.revision());
    }
  }

  private static void await(WorkerThread thread, long revision) throws InterruptedException {
    int spins = 0;
    while (thread.worker().revision() < revision) {
      if (++spins < SPINS_BEFORE_PARK) {
        Thread.onSpinWait();
      } else if (Thread.interrupted()) {
        throw new InterruptedException();
      } else {
        thread.requireAlive();
        LockSupport.parkNanos(ACKNOWLEDGE_POLL_NS);
      }
    }
  }

  /**
   * Which workers do not run the newest tables although these have been in force for so long, a
   * line each. Waits for nothing.
   */
  public List<String> behind(long boundMs) {
    long ageMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - publishedNs);
    long newest = publication.tables().revision();
    return workers.stream()
        .filter(worker -> ageMs >= boundMs && worker.revision() != newest)
        .map(worker ->
            worker.roleName()
                + " runs revision "
                + worker.revision()
                + "; "
                + newest
                + " was published "
                + ageMs
                + " ms ago")
        .toList();
  }

  /** What Log rules noted, worker by worker; for one reader. */
  public List<PolicyLog> policyLogs() {
    return workers.stream().map(Worker::policyLog).toList();
  }

  /** The connections that policy has let through. */
  public FlowTable flows() {
    return flows;
  }

  /** A worker as it is now; waits for nothing, so that it tells of one that is stuck, too. */
  public WorkerView view(int index) {
    List<WorkerView.Queue> queues = new ArrayList<>();
    receiveQueues.forEach((interfaceIndex, count) -> {
      for (int queue = 0; queue < count; queue++) {
        if (polls(index, workers.size(), interfaceIndex, queue)) {
          queues.add(new WorkerView.Queue(interfaceIndex, queue));
        }
      }
    });
    Worker worker = workers.get(index);
    return new WorkerView(worker.processor(), worker.isAsleep(), queues);
  }

  /** Whether one of so many workers polls a queue of an interface. */
  static boolean polls(int index, int workers, int interfaceIndex, int queue) {
    // Pods with one queue each must not all fall to the first worker.
    return (interfaceIndex + queue) % workers == index;
  }

  /** Nanoseconds that a worker spent in turns that found something to do, until now. */
  public long busyNs(int index) {
    return workers.get(index).clock().busyNs(System.nanoTime());
  }

  /** Nanoseconds that a worker spent in turns that found nothing, and asleep, until now. */
  public long idleNs(int index) {
    return workers.get(index).clock().idleNs(System.nanoTime());
  }

  /** A way to see which workers stand still. */
  public StallWatch stallWatch() {
    return stallWatch(System::nanoTime);
  }

  StallWatch stallWatch(LongSupplier clockNs) {
    return new StallWatch(threads, clockNs);
  }

  /** Packets that took a counted route, over all workers. */
  public long routePackets(int routeId) {
    return routeCounters.stream().mapToLong(counters -> counters.packets(routeId)).sum();
  }

  /** Bytes of the packets that took a counted route, over all workers. */
  public long routeBytes(int routeId) {
    return routeCounters.stream().mapToLong(counters -> counters.bytes(routeId)).sum();
  }

  /** Sets a route's counters to zero; no worker runs tables that have the route any more. */
  public void clearRoute(int routeId) {
    routeCounters.forEach(counters -> counters.clear(routeId));
  }

  @Override
  public void linkUp(MemifLink link) {
    attach(new MemifPort(link));
  }

  @Override
  public void linkDown(MemifLink link) {
    detach(link.interfaceIndex());
  }

  /**
   * Lets the workers use an interface: spreads its receive queues over them and gives each a way to
   * send. Returns when all have it.
   *
   * @throws IllegalStateException where a worker has ended, or could not take it
   */
  @Override
  public void attach(Port port) {
    onEach(worker -> {
      try {
        worker.attach(port, workers.indexOf(worker), workers.size());
        Memory.raiseFaults();
      } catch (InternalError e) {
        if (port.check()) {
          throw e;
        }
      }
    });
    receiveQueues.put(port.interfaceIndex(), port.receiveQueues());
  }

  /**
   * Returns once no worker uses the interface any more.
   *
   * @throws IllegalStateException where a worker has ended
   */
  @Override
  public void detach(int interfaceIndex) {
    receiveQueues.remove(interfaceIndex);
    onEach(worker -> worker.removeInterface(interfaceIndex));
  }

  /**
   * Lets each worker tell a capture of its packets from now on.
   *
   * @param points one for each worker
   * @throws IllegalStateException where a worker has ended
   */
  public void watch(List<CapturePoint> points) {
    onEach(worker -> worker.watch().add(points.get(workers.indexOf(worker))));
  }

  /**
   * Returns once no worker tells the capture any more.
   *
   * @throws IllegalStateException where a worker has ended
   */
  public void unwatch(List<CapturePoint> points) {
    onEach(worker -> worker.watch().remove(points.get(workers.indexOf(worker))));
  }

  /**
   * Lets each worker tell a trace of its packets from now on, instead of any before.
   *
   * @param points one for each worker
   * @throws IllegalStateException where a worker has ended
   */
  public void trace(List<TracePoint> points) {
    onEach(worker -> worker.watch().trace(points.get(workers.indexOf(worker))));
  }

  /**
   * Returns once no worker tells a trace any more.
   *
   * @throws IllegalStateException where a worker has ended
   */
  public void untrace() {
    onEach(worker -> worker.watch().trace(null));
  }

  /**
   * Runs something on every worker's thread, between two batches, and waits until all have.
   *
   * @throws IllegalStateException where a worker has ended, or where it failed on one
   */
  private void onEach(Consumer<Worker> change) {
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (WorkerThread thread : threads) {
      done.add(submit(thread, () -> change.accept(thread.worker())));
    }
    for (int i = 0; i < done.size(); i++) {
      await(threads.get(i), done.get(i));
    }
  }

  /** Has the workers ask for neighbours on the underlay and handle the packets that wait. */
  public NeighbourOutput neighbourOutput() {
    return new NeighbourCommands(threads);
  }

  /** What the workers hear of neighbours on the underlay, for one reader. */
  public List<NeighbourReports> neighbourReports() {
    return workers.stream().map(Worker::reports).toList();
  }

  private static CompletableFuture<Void> submit(WorkerThread thread, Runnable change) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Runnable command =
        () -> {
          try {
            change.run();
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        };
    thread.submit(command);
    return done;
  }

  /** An interrupt is kept for later: whoever takes a link down must know that it is. */
  private static void await(WorkerThread thread, CompletableFuture<Void> done) {
    boolean interrupted = false;
    while (!done.isDone()) {
      thread.requireAlive();
      try {
        done.get(ALIVE_CHECK_MS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (TimeoutException | ExecutionException e) {
        // Looked at in the loop and below.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (done.isCompletedExceptionally()) {
      Throwable cause = done.exceptionNow();
      throw new IllegalStateException(thread.worker().roleName() + " failed: " + cause, cause);
    }
  }

  /** Stops the workers; all links are down by then. */
  @Override
  public void close() {
    threads.forEach(WorkerThread::close);
    routeCounters.forEach(RouteCounters::close);
    flows.close();
    arena.close();
  }
}
