package dev.heddle.worker;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.flow.FlowTable;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.port.Port;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifLink;
import dev.heddle.port.memif.MemifPort;
import dev.heddle.table.Neighbours;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A worker that is trained, and the peers that play everybody it may meet. One thread. */
final class TrainingSession implements AutoCloseable {
  private static final int LOG2_SLOTS = 9;
  private static final int LOG2_FEW_SLOTS = 4;
  private static final int BUFFER_BYTES = 2048;
  private static final int SMALL_BUFFER_BYTES = 256;
  private static final int NOT_PINNED = -1;

  /** So few that there is no room for some. */
  private static final int FLOWS = 512;

  private static final int FLOWS_AGE_S = 8;

  private final Arena arena = Arena.ofConfined();
  private final TrainingTables tables;
  private final SplittableRandom random;
  private final Publication publication = new Publication();
  private final WorkerCounters counters;
  private final FlowTable flows;
  private final Worker worker;
  private final AdaptiveIdle idle;
  private final TrainingWatch watch;
  private final List<TrainingPeer> peers = new ArrayList<>();

  /** In half of the sessions the uplink. */
  private final TrainingDevice device;

  /** In half of the sessions a pod's interface. */
  private final TrainingTap tap;

  private final boolean withTap;

  private LoopbackLink jumping;
  private int oneRareIn;

  /**
   * @param asksPolicy whether traces ask policy about their packets; what does is not worth
   *     compiling, which the start would wait for
   */
  TrainingSession(
      TrainingTables tables,
      TrainingTraffic traffic,
      RouteCounters routeCounters,
      SplittableRandom random,
      boolean asksPolicy) {
    this.tables = tables;
    this.random = random;
    flows = new FlowTable(FLOWS, random.nextLong(), System.nanoTime());
    counters = WorkerCounters.scratch(arena, TrainingTables.INTERFACES);
    worker =
        new Worker(
            "training",
            NOT_PINNED,
            publication,
            arena,
            TrainingTables.INTERFACES,
            counters,
            routeCounters,
            flows);
    idle = new AdaptiveIdle(worker);
    watch = new TrainingWatch(arena, worker, random, asksPolicy);
    tap = new TrainingTap(arena, traffic.pod(TrainingTables.KERNEL), traffic.unfinished(), random);
    withTap = random.nextBoolean();
    if (withTap) {
      worker.attach(tap.port(TrainingTables.KERNEL), 0, 1);
    }
    for (int i = 0; i < TrainingTables.SENDERS; i++) {
      if (withTap && i == TrainingTables.KERNEL) {
        continue;
      }
      // Two of four are clients; the fifth and sixth have small buffers, the fifth few of them.
      boolean server = i % 4 < 2;
      boolean small = i == 4 || i == 5;
      int log2Size = i == 4 ? LOG2_FEW_SLOTS : LOG2_SLOTS;
      int bufferBytes = small ? SMALL_BUFFER_BYTES : BUFFER_BYTES;
      boolean ipMode = TrainingTables.ipMode(i);
      LoopbackLink link = new LoopbackLink(arena, i, server, ipMode, log2Size, bufferBytes);
      peers.add(new TrainingPeer(link, traffic.pod(i), random));
    }
    LoopbackLink unattached = link(TrainingTables.UNATTACHED, LOG2_FEW_SLOTS, true);
    peers.add(new TrainingPeer(unattached, traffic.pod(0), random));
    LoopbackLink stuck = link(TrainingTables.STUCK, LOG2_FEW_SLOTS, true);
    peers.add(TrainingPeer.stuck(stuck, traffic.pod(0), random));
    device = new TrainingDevice(arena, traffic.uplink(), random);
    if (random.nextBoolean()) {
      worker.attach(device.port(TrainingUnderlay.UPLINK), 0, 1);
    } else {
      LoopbackLink uplink = link(TrainingUnderlay.UPLINK, LOG2_SLOTS, random.nextBoolean());
      peers.add(TrainingPeer.uplink(uplink, traffic.uplink(), random));
    }
    LoopbackLink small =
        new LoopbackLink(
            arena,
            TrainingUnderlay.SMALL_UPLINK,
            random.nextBoolean(),
            false,
            LOG2_SLOTS,
            SMALL_BUFFER_BYTES);
    peers.add(TrainingPeer.uplink(small, traffic.uplink(), random));
    LoopbackLink outside = link(TrainingUnderlay.OUTSIDE, LOG2_SLOTS, random.nextBoolean());
    peers.add(TrainingPeer.outside(outside, traffic.outside(), traffic.uplink(), random));
    peers.forEach(peer -> connect(peer.link()));
    jumping = link(TrainingTables.JUMPING, LOG2_FEW_SLOTS, true);
    connect(jumping);
  }

  private LoopbackLink link(int interfaceIndex, int log2Size, boolean server) {
    return new LoopbackLink(arena, interfaceIndex, server, false, log2Size, BUFFER_BYTES);
  }

  private void connect(MemifLink link) {
    worker.attach(new MemifPort(link), 0, 1);
  }

  /**
   * Lets the worker turn.
   *
   * @param rareOf how many packets one is rare of, where there are rare ones between
   * @return packets that it took
   */
  long run(int turns, int rareOf) {
    oneRareIn = rareOf;
    publication.set(tables.next());
    for (int turn = 0; turn < turns; turn++) {
      peers.forEach(peer -> peer.fill(oneRareIn));
      device.fill();
      tap.fill();
      if (turn % 8 == 2) {
        watch.start();
      }
      worker.doWork();
      if (turn % 8 == 2) {
        watch.stop();
      }
      peers.forEach(TrainingPeer::drain);
      tap.drain();
      if (turn % 8 == 0) {
        misbehave();
        loseDevice();
      }
      if (turn % 8 == 4) {
        publication.set(tables.next());
        flows.age(FLOWS_AGE_S);
        resolve();
        rest();
      }
    }
    return counters.get(WorkerCounter.PACKETS);
  }

  /** A peer breaks the protocol, and another one comes in its place. */
  private void misbehave() {
    jumping.jump();
    peers.forEach(TrainingPeer::fillForJumping);
    worker.doWork();
    worker.doWork();
    LoopbackLink old = jumping;
    worker.submit(() -> worker.removeInterface(TrainingTables.JUMPING));
    worker.doWork();
    old.close();
    jumping = link(TrainingTables.JUMPING, LOG2_FEW_SLOTS, random.nextBoolean());
    worker.submit(() -> connect(jumping));
    worker.doWork();
  }

  /** The pod deletes its interface, which gets a new one afterwards. */
  private void loseDevice() {
    Port lost = tap.lostPort(TrainingTables.KERNEL);
    if (!withTap || lost == null) {
      return;
    }
    tap.fill();
    exchangeTap(lost);
    for (int turn = 0; turn < 4; turn++) {
      peers.forEach(peer -> peer.fill(oneRareIn));
      worker.doWork();
      peers.forEach(TrainingPeer::drain);
    }
    exchangeTap(tap.port(TrainingTables.KERNEL));
  }

  private void exchangeTap(Port next) {
    worker.submit(() -> {
      worker.removeInterface(TrainingTables.KERNEL);
      worker.attach(next, 0, 1);
    });
    worker.doWork();
  }

  /** Somebody finds a neighbour at last, or gives it up. */
  private void resolve() {
    if (random.nextBoolean()) {
      release();
    } else {
      worker.submit(() -> worker.dropHeld(TrainingUnderlay.UNRESOLVED));
    }
    boolean ipv6 = random.nextBoolean();
    int uplink = TrainingUnderlay.UPLINK + random.nextInt(2);
    worker.submit(() -> worker.ask(uplink, ipv6, 0, 1, 0));
    long waitedNs = random.nextBoolean() ? HeldPackets.MAX_WAIT_NS : 0;
    worker.submit(() -> worker.expireHeld(System.nanoTime() + waitedNs));
    worker.doWork();
    worker.doWork();
    worker.doWork();
  }

  /** What waited goes with the next batch or, where none comes, by command. */
  private void release() {
    Neighbours neighbours = tables.underlay().neighbours();
    neighbours.set(TrainingUnderlay.UNRESOLVED, TrainingUnderlay.mac(TrainingUnderlay.UPLINK));
    if (random.nextBoolean()) {
      peers.forEach(peer -> peer.fill(oneRareIn));
    }
    worker.submit(worker::releaseHeld);
    worker.doWork();
    peers.forEach(TrainingPeer::drain);
    neighbours.set(TrainingUnderlay.UNRESOLVED, 0);
  }

  /** Falls asleep; the interrupt that wakes the worker has come before. */
  private void rest() {
    int interrupt = jumping.receiveRings()[0].eventFd();
    for (int i = 0; i < 20; i++) {
      EventFd.signal(interrupt);
      idle.idle(worker.doWork());
    }
    EventFd.signal(interrupt);
    worker.sleep();
  }

  @Override
  public void close() {
    worker.onClose();
    jumping.close();
    peers.forEach(peer -> peer.link().close());
    tap.close();
    flows.close();
    arena.close();
  }
}
