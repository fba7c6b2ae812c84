package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.packet.PacketPool;
import dev.heddle.table.Neighbours;
import dev.heddle.table.Tables;
import dev.heddle.wire.Ethernet;

/**
 * A few packets that wait in the pool until their neighbour on the underlay is resolved. Belongs to
 * one worker.
 *
 * <p>A packet is charged to the interface it came in on: it counts there as held while it waits,
 * and as dropped if it waited in vain. Where there is no room, the oldest makes room, since what is
 * newest is most likely still wanted.
 */
final class HeldPackets {
  /** Packets that may wait for one neighbour. */
  static final int MAX_FOR_NEIGHBOUR = 4;

  /** Packets that may wait at all. */
  static final int MAX = 32;

  /** How long a packet may wait; RFC 4861 gives up after three requests, one a second. */
  static final long MAX_WAIT_NS = 3_000_000_000L;

  private final WorkerCounters counters;
  private final PacketPool pool;
  private final Egress egress;
  private final NeighbourReports reports;

  /** By age, the oldest first. */
  private final int[] neighbour = new int[MAX];

  private final long[] packet = new long[MAX];
  private final int[] frameBytes = new int[MAX];
  private final int[] from = new int[MAX];
  private final int[] to = new int[MAX];
  private final long[] sinceNs = new long[MAX];
  private int count;

  HeldPackets(WorkerCounters counters, PacketPool pool, Egress egress, NeighbourReports reports) {
    this.counters = counters;
    this.pool = pool;
    this.egress = egress;
    this.reports = reports;
  }

  /**
   * Keeps a copy of a frame that is complete but for its destination MAC address.
   *
   * @param neighbourIndex whom it waits for
   * @param frame its first byte
   * @param fromInterface that it came in on
   * @param toInterface the uplink
   */
  void hold(
      int neighbourIndex, long frame, int bytes, int fromInterface, int toInterface, long nowNs) {
    int waiting = waitingFor(neighbourIndex);
    if (waiting == MAX_FOR_NEIGHBOUR) {
      drop(firstFor(neighbourIndex));
    } else if (count == MAX) {
      drop(0);
    }
    long buffer = pool.take();
    if (buffer == 0) {
      if (egress.watch().isOn()) {
        egress.watch().dropped(fromInterface, DropReason.POOL_EXHAUSTED.ordinal());
      }
      count(fromInterface, DropReason.POOL_EXHAUSTED);
      return;
    }
    Memory.copy(frame, buffer, bytes);
    neighbour[count] = neighbourIndex;
    packet[count] = buffer;
    frameBytes[count] = bytes;
    from[count] = fromInterface;
    to[count] = toInterface;
    sinceNs[count] = nowNs;
    count++;
    InterfaceCounter.HELD.add(counters.rowAddress(fromInterface), 1);
    counters.set(WorkerCounter.POOL_USED, count);
    if (egress.watch().isOn()) {
      egress.watch().held(toInterface);
    }
    if (waiting == 0) {
      reports.needed(neighbourIndex);
    }
  }

  /** Sends what waits for a neighbour that is known by now, in the order in which it came. */
  void release(Neighbours neighbours) {
    int place = 0;
    while (place < count) {
      long mac = neighbours.mac(neighbour[place]);
      if (mac == 0) {
        place++;
      } else {
        send(place, mac);
      }
    }
  }

  private void send(int place, long mac) {
    long frame = packet[place];
    int bytes = frameBytes[place];
    int uplink = to[place];
    remove(place);
    try {
      Ethernet.putDestination(frame, mac);
      egress.send(uplink, frame, bytes);
    } finally {
      pool.give(frame);
    }
  }

  /** Drops what waits for a neighbour. */
  void dropFor(int neighbourIndex) {
    for (int i = firstFor(neighbourIndex); i < count; i = firstFor(neighbourIndex)) {
      drop(i);
    }
  }

  /** Drops what came in on an interface, which is going and takes its counters along. */
  void dropFrom(int interfaceIndex) {
    int place = 0;
    while (place < count) {
      if (from[place] == interfaceIndex) {
        drop(place);
      } else {
        place++;
      }
    }
  }

  /**
   * Drops what has waited for too long.
   *
   * @param unreachable counts what was to go outside, and tells its sender
   */
  void expire(long nowNs, Tables tables, Unreachable unreachable) {
    while (count > 0 && nowNs - sinceNs[0] >= MAX_WAIT_NS) {
      long frame = packet[0];
      int origin = from[0];
      int uplink = to[0];
      show(0);
      remove(0);
      try {
        unreachable.drop(frame, origin, uplink, tables, nowNs);
      } finally {
        pool.give(frame);
      }
    }
  }

  int count() {
    return count;
  }

  private int waitingFor(int neighbourIndex) {
    int waiting = 0;
    for (int i = 0; i < count; i++) {
      waiting += neighbour[i] == neighbourIndex ? 1 : 0;
    }
    return waiting;
  }

  /** Place of the oldest packet that waits for a neighbour; {@link #count} if there is none. */
  private int firstFor(int neighbourIndex) {
    int first = 0;
    while (first < count && neighbour[first] != neighbourIndex) {
      first++;
    }
    return first;
  }

  private void drop(int place) {
    show(place);
    count(from[place], DropReason.NEIGHBOUR_UNRESOLVED);
    pool.give(packet[place]);
    remove(place);
  }

  /** Shows a packet that is dropped to those who watch. */
  private void show(int place) {
    if (egress.watch().isOn()) {
      int reason = DropReason.NEIGHBOUR_UNRESOLVED.ordinal();
      egress.watch().droppedLate(from[place], packet[place], frameBytes[place], reason);
    }
  }

  /** Forgets a packet, whose buffer somebody else has now, and lets the younger ones move up. */
  private void remove(int place) {
    InterfaceCounter.HELD.add(counters.rowAddress(from[place]), -1);
    count--;
    for (int i = place; i < count; i++) {
      neighbour[i] = neighbour[i + 1];
      packet[i] = packet[i + 1];
      frameBytes[i] = frameBytes[i + 1];
      from[i] = from[i + 1];
      to[i] = to[i + 1];
      sinceNs[i] = sinceNs[i + 1];
    }
    counters.set(WorkerCounter.POOL_USED, count);
  }

  private void count(int interfaceIndex, DropReason reason) {
    InterfaceCounter.drop(counters.rowAddress(interfaceIndex), reason.ordinal(), 1);
  }
}
