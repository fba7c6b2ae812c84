package dev.heddle.worker;

import dev.heddle.ffi.linux.Cpu;
import dev.heddle.ffi.linux.Epoll;
import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.PeerSignal;
import dev.heddle.flow.FlowTable;
import dev.heddle.memory.Memory;
import dev.heddle.observe.PacketWatch;
import dev.heddle.observe.PolicyLog;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.port.Port;
import dev.heddle.port.PortTools;
import dev.heddle.port.RxQueue;
import dev.heddle.port.TxPort;
import dev.heddle.port.memif.GatherBuffer;
import dev.heddle.port.memif.ScatterList;
import dev.heddle.port.tap.TapMemory;
import dev.heddle.table.Tables;
import dev.heddle.table.Uplink;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's duty cycle: the newest tables, at most one command, one batch of each queue.
 *
 * <p>Everything here belongs to the worker's thread; others come through {@link WorkerProxy}.
 */
final class Worker {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final int MAX_COMMANDS = 1024;
  private static final int MAX_EVENTS = 64;
  static final int NOT_PINNED = -1;

  /** Much longer than a store stays in the buffer of the processor that did it. */
  private static final long UNFENCED_STORE_NS = 5_000;

  /** How often a worker that has nothing to do looks at queues that cannot interrupt. */
  private static final long POLL_INTERVAL_NS = 50_000;

  private final String name;
  private final int processor;
  private final Publication publication;
  private final WorkerCounters counters;
  private final TurnClock clock;
  private final Egress egress;
  private final Pipeline pipeline;
  private final PortTools tools;
  private final NeighbourReports reports;
  private final PeerSignal signal = new PeerSignal();
  private final ManyToOneConcurrentArrayQueue<Runnable> commands =
      new ManyToOneConcurrentArrayQueue<>(MAX_COMMANDS);
  private final Epoll epoll = new Epoll(MAX_EVENTS);
  private final int wakeFd = EventFd.create();

  private final List<Port> ports = new ArrayList<>();
  private RxQueue[] queues = new RxQueue[0];

  /** Those that are polled only when something waits; null before the first of them. */
  private ReadyQueues readyQueues;

  private Tables tables = Tables.EMPTY;
  private long errors;

  /** Whether the worker sleeps or is about to; read by those who would wake it. */
  private volatile boolean asleep;

  /** Set when the worker is to end and must not fall asleep any more. */
  private volatile boolean stopping;

  /** The revision that every packet from now on is handled with. */
  private volatile long revision;

  Worker(
      String name,
      int processor,
      Publication publication,
      Arena arena,
      int interfaces,
      WorkerCounters counters,
      RouteCounters routeCounters,
      FlowTable flows) {
    this.name = name;
    this.processor = processor;
    this.publication = publication;
    this.counters = counters;
    this.clock = new TurnClock(counters);
    this.egress = new Egress(arena, interfaces, counters);
    this.reports = new NeighbourReports(counters);
    this.pipeline =
        new Pipeline(arena, interfaces, counters, routeCounters, egress, reports, flows);
    this.tools =
        new PortTools(
            arena,
            counters,
            egress.openPorts(),
            new GatherBuffer(arena),
            new ScatterList(),
            new TapMemory(arena),
            signal);
    epoll.add(wakeFd, Epoll.IN | Epoll.EDGES, 0);
  }

  String roleName() {
    return name;
  }

  /** Grows as long as the worker does anything, be it to fall asleep. Any thread may ask. */
  long turns() {
    return counters.get(WorkerCounter.WORK_CYCLES)
        + counters.get(WorkerCounter.IDLE_CYCLES)
        + counters.get(WorkerCounter.SLEEPS);
  }

  /** The processor that it is pinned to, or {@link #NOT_PINNED}. */
  int processor() {
    return processor;
  }

  /** What its turns take. */
  TurnClock clock() {
    return clock;
  }

  /** Whether it sleeps until something comes. Any thread may ask. */
  boolean isAsleep() {
    return asleep;
  }

  /** Whether it sleeps and was not woken to do something. Any thread may ask. */
  boolean mayRest() {
    return asleep && commands.isEmpty() && publication.tables().revision() == revision;
  }

  /** On the worker's thread, before its first turn. */
  void onStart() {
    if (processor != NOT_PINNED) {
      Cpu.pinTo(processor);
    }
    clock.start(System.nanoTime());
  }

  /**
   * One turn of the duty cycle.
   *
   * @return 0 if there was nothing to do
   */
  int doWork() {
    Tables newest = publication.tables();
    if (newest != tables) {
      tables = newest;
      counters.set(WorkerCounter.REVISION, newest.revision());
      revision = newest.revision();
    }
    int work = 0;
    if (!commands.isEmpty()) {
      work = runCommand();
    }
    for (RxQueue queue : queues) {
      work += process(queue);
    }
    if (readyQueues != null) {
      work += processReady(work);
    }
    clock.count(work > 0);
    return work;
  }

  private int runCommand() {
    // What a peer did before must not strike a command that is about another one.
    Memory.raiseFaults();
    Runnable command = commands.poll();
    // The queue is not empty as soon as somebody is about to put a command in.
    if (command != null) {
      command.run();
      counters.add(WorkerCounter.COMMANDS, 1);
    }
    return 1;
  }

  /** One batch of each queue that has something. */
  private int processReady(int workBefore) {
    ReadyQueues ofThisTurn = readyQueues;
    int ready = ofThisTurn.count(workBefore > 0);
    int work = 0;
    for (int i = 0; i < ready; i++) {
      RxQueue queue = ofThisTurn.take();
      if (queue != null) {
        work += process(queue);
        if (queue.hasMore()) {
          ofThisTurn.giveBack();
        }
      }
    }
    return work;
  }

  private int process(RxQueue queue) {
    try {
      return pipeline.process(queue, tables);
    } catch (Throwable e) {
      recover(e);
      return 1;
    }
  }

  /**
   * Goes on after an error in whatever the worker did, without those peers that caused it.
   *
   * <p>A peer that takes away memory which it had shared makes the JVM throw an InternalError, at
   * the access or a little later. The kernel is asked who it was; nobody else is cut off.
   *
   * <p>May throw again, where one more peer does the same meanwhile: then call it again. When it
   * returns, no fault is left to be told.
   */
  void recover(Throwable error) {
    asleep = false;
    try {
      cutOffGuilty();
    } finally {
      // Others may wait for what this worker held, so the log comes last.
      tell(error);
    }
  }

  private void cutOffGuilty() {
    try {
      pipeline.recover();
      for (RxQueue queue : queues) {
        if (queue.check()) {
          queue.enableInterrupt(false);
        } else {
          removeInterface(queue.interfaceIndex());
        }
      }
    } finally {
      Memory.raiseFaults();
    }
  }

  private void tell(Throwable error) {
    if (Long.bitCount(++errors) == 1) {
      var line = LOG.atError().setCause(error).addKeyValue("worker", name);
      line.addKeyValue("errors", errors).log("a worker goes on after an error");
    }
  }

  /** On the worker's thread, after its last turn. */
  void onClose() {
    asleep = false;
    epoll.close();
    if (readyQueues != null) {
      readyQueues.close();
    }
    signal.close();
    FileDescriptors.close(wakeFd);
  }

  /**
   * Sleeps until an interrupt or a command, unless something has come meanwhile; and no longer than
   * {@link #POLL_INTERVAL_NS} where a queue cannot interrupt.
   *
   * @return whether that time is over and nothing came
   */
  boolean sleep() {
    boolean timeIsOver = false;
    asleep = true;
    if (mustPoll()) {
      timeIsOver = !somethingWaits() && await(POLL_INTERVAL_NS) == 0;
    } else if (!somethingWaits() && !somethingCameUnnoticed()) {
      await(Epoll.FOREVER);
    }
    asleep = false;
    for (RxQueue queue : queues) {
      queue.enableInterrupt(false);
    }
    return timeIsOver;
  }

  private boolean mustPoll() {
    boolean must = false;
    for (RxQueue queue : queues) {
      must |= queue.eventFd() == RxQueue.NO_INTERRUPT;
    }
    return must;
  }

  private int await(long timeoutNs) {
    // A fault at one of those flags would else be told only when somebody wakes the worker.
    Memory.raiseFaults();
    counters.add(WorkerCounter.SLEEPS, 1);
    int events = timeoutNs == Epoll.FOREVER ? epoll.await(Epoll.FOREVER) : epoll.awaitNs(timeoutNs);
    counters.add(WorkerCounter.WAKEUPS, events > 0 ? 1 : 0);
    return events;
  }

  /** Asks everybody for an interrupt, and then looks whether somebody was faster. */
  private boolean somethingWaits() {
    boolean waits = stopping || publication.tables() != tables || !commands.isEmpty();
    // What comes from now on is an event.
    waits |= readyQueues != null && readyQueues.countNow() > 0;
    for (RxQueue queue : queues) {
      waits |= queue.enableInterrupt(true);
    }
    return waits;
  }

  /**
   * Looks again a little later. A peer moves its index and then reads whether to interrupt; without
   * a fence between, as in DPDK's net_memif and in VPP, the processor may do the second before the
   * first is seen: it then interrupts nobody, and its packet would wait until the next one.
   */
  private boolean somethingCameUnnoticed() {
    long untilNs = System.nanoTime() + UNFENCED_STORE_NS;
    while (System.nanoTime() < untilNs) {
      Thread.onSpinWait();
    }
    return somethingWaits();
  }

  /**
   * Starts to use an interface: polls its share of the receive queues and has a way to send.
   * Worker's thread only, as the other changes.
   *
   * @param index this worker's number, of so many {@code workers}
   */
  void attach(Port port, int index, int workers) {
    port.join();
    ports.add(port);
    for (int i = 0; i < port.receiveQueues(); i++) {
      if (WorkerGroup.polls(index, workers, port.interfaceIndex(), i)) {
        addQueue(port.openReceiveQueue(i, tools));
      }
    }
    TxPort transmit = port.openTransmitPort(index, tools);
    if (transmit != null) {
      egress.set(port.interfaceIndex(), transmit);
    }
  }

  /** Starts to poll a queue. */
  void addQueue(RxQueue queue) {
    if (queue.pollsWhenReady()) {
      addReadyQueue(queue);
      return;
    }
    if (queue.eventFd() >= 0) {
      epoll.add(queue.eventFd(), Epoll.IN | Epoll.EDGES, 0);
    }
    queues = Arrays.copyOf(queues, queues.length + 1);
    queues[queues.length - 1] = queue;
  }

  private void addReadyQueue(RxQueue queue) {
    if (readyQueues == null) {
      readyQueues = new ReadyQueues();
      epoll.add(readyQueues.fd(), Epoll.IN, 0);
    }
    readyQueues.add(queue);
  }

  private void removeReadyQueues(int interfaceIndex) {
    if (readyQueues != null && readyQueues.remove(interfaceIndex)) {
      epoll.remove(readyQueues.fd());
      readyQueues.close();
      readyQueues = null;
    }
  }

  /** Polls an interface no longer and sends nothing to it. */
  void removeInterface(int interfaceIndex) {
    RxQueue[] before = queues;
    queues =
        Arrays.stream(before)
            .filter(queue -> queue.interfaceIndex() != interfaceIndex)
            .toArray(RxQueue[]::new);
    egress.set(interfaceIndex, null);
    pipeline.forget();
    pipeline.held().dropFrom(interfaceIndex);
    for (RxQueue queue : before) {
      if (queue.interfaceIndex() == interfaceIndex && queue.eventFd() >= 0) {
        epoll.remove(queue.eventFd());
      }
    }
    removeReadyQueues(interfaceIndex);
    for (Port port : List.copyOf(ports)) {
      if (port.interfaceIndex() == interfaceIndex) {
        ports.remove(port);
        port.leave();
      }
    }
  }

  Egress egress() {
    return egress;
  }

  PortTools tools() {
    return tools;
  }

  /** What this worker hears of neighbours on the underlay; for one reader. */
  NeighbourReports reports() {
    return reports;
  }

  /** What Log rules noted on this worker; for one reader. */
  PolicyLog policyLog() {
    return pipeline.policyLog();
  }

  /** Sends the packets whose neighbour is known by now, without waiting for the next batch. */
  void releaseHeld() {
    pipeline.releaseHeld(tables);
    egress.flush();
  }

  /** Drops the packets that wait for a neighbour. */
  void dropHeld(int neighbour) {
    pipeline.held().dropFor(neighbour);
  }

  /** Drops the packets that have waited for too long by then, for whatever neighbour. */
  void expireHeld(long nowNs) {
    pipeline.expireHeld(tables, nowNs);
    egress.flush();
  }

  /**
   * Asks for a neighbour's MAC address on the underlay, unless the worker's tables do not know the
   * uplink.
   *
   * @param mac whom to ask; 0 for everybody on the link
   */
  void ask(int interfaceIndex, boolean ipv6, long high, long low, long mac) {
    Uplink uplink = tables.underlay().uplink(interfaceIndex);
    if (uplink != null) {
      pipeline.ask(uplink, ipv6, high, low, mac);
      egress.flush();
    }
  }

  /** Is told of packets while somebody wants to know. */
  PacketWatch watch() {
    return egress.watch();
  }

  WorkerCounters counters() {
    return counters;
  }

  /**
   * Any thread: gives the worker something to do between two batches.
   *
   * @return false where too much waits already
   */
  boolean submit(Runnable command) {
    boolean isTaken = commands.offer(command);
    Memory.fullFence();
    wake();
    return isTaken;
  }

  boolean isStopping() {
    return stopping;
  }

  /** Any thread: makes the worker end after its present turn. */
  void prepareStop() {
    stopping = true;
    wake();
  }

  /** Any thread: makes a sleeping worker look at tables and commands. */
  void wake() {
    if (asleep) {
      EventFd.signal(wakeFd);
    }
  }

  /** Any thread: the revision that the worker runs. */
  long revision() {
    return revision;
  }
}
