package dev.heddle.worker;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.PacketWatch;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.packet.Exceptions;
import dev.heddle.packet.RunGroups;
import dev.heddle.packet.TxWindow;
import dev.heddle.port.OpenPorts;
import dev.heddle.port.TxPort;
import dev.heddle.stage.Transit;
import dev.heddle.stage.TunnelTransit;
import dev.heddle.table.Attachment;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;
import java.lang.foreign.Arena;

/** A worker's transmit side: its port on each interface that is up. Belongs to one worker. */
public final class Egress {
  private final TxPort[] ports;
  private final OpenPorts openPorts;
  private final WorkerCounters counters;
  private final PacketWatch watch;

  private final TxWindow window;

  /** Takes one packet that needs more than one of its receiver's buffers. */
  private final TxWindow large;

  private final RunGroups groups;
  private final TunnelEgress tunnels;

  /** What is sent now, and what becomes of it. */
  private Batch batch;

  private Attachment in;
  private Tables tables;
  private Exceptions exceptions;

  /** The packets of the batch that are still to be sent: from this one on, before that one. */
  private int next;

  private int end;

  /**
   * @param arena must outlive every use
   * @param interfaces how many interfaces there may be
   */
  public Egress(Arena arena, int interfaces, WorkerCounters counters) {
    this.window = new TxWindow(arena);
    this.large = new TxWindow(arena);
    this.groups = new RunGroups(interfaces);
    this.watch = new PacketWatch(arena, counters);
    this.tunnels = new TunnelEgress(window, large, counters, watch);
    this.ports = new TxPort[interfaces];
    this.openPorts = new OpenPorts(interfaces);
    this.counters = counters;
  }

  /** Is told of every packet that leaves. */
  PacketWatch watch() {
    return watch;
  }

  /** Where this worker's ports say that they are to be flushed. */
  public OpenPorts openPorts() {
    return openPorts;
  }

  /** Sets or, with null, takes away the port of an interface. */
  public void set(int interfaceIndex, TxPort port) {
    ports[interfaceIndex] = port;
  }

  /**
   * Sends the plain packets of a batch whose next hops are known, each run of packets of one egress
   * interface at once; the others become exceptions.
   */
  void forward(Batch packets, Attachment from, Vrf vrf, Tables newest, Exceptions others) {
    batch = packets;
    in = from;
    tables = newest;
    exceptions = others;
    tunnels.begin(packets, from, vrf, newest, others);
    groups.group(packets);
    next = 0;
    end = packets.count;
    forwardRest();
  }

  /** Does what an error kept {@link #forward} from doing, but for the run that it broke off. */
  void forwardRest() {
    if (next == end) {
      return;
    }
    int[] egress = batch.egress;
    while (next < end) {
      int from = next;
      int interfaceIndex = egress[from];
      int to = from + 1;
      while (to < end && egress[to] == interfaceIndex) {
        to++;
      }
      next = to;
      if (interfaceIndex == Batch.DROPPED) {
        continue;
      }
      if (interfaceIndex == Batch.NO_EGRESS) {
        for (int i = from; i < to; i++) {
          exceptions.add(batch, i);
        }
      } else if (tables.underlay().uplink(interfaceIndex) != null) {
        tunnels.forwardRun(ports[interfaceIndex], interfaceIndex, from, to);
      } else {
        forwardRun(from, to, interfaceIndex, tables.hops());
      }
    }
  }

  private void forwardRun(int from, int to, int interfaceIndex, long[] hops) {
    TxPort port = ports[interfaceIndex];
    int i = from;
    while (i < to) {
      if (port == null) {
        window.refuse(DropReason.TX_INTERFACE_DOWN, atOnce(to - i));
      } else {
        port.reserve(window, atOnce(to - i));
      }
      int end = i + window.room;
      while (i < end) {
        int sent = forwardAlike(i, end, hops, window);
        if (sent > i) {
          commit(port, interfaceIndex, i, sent);
          i = sent;
        } else if (batch.lengthBytes[i] > window.capacityBytes) {
          sendLarge(port, interfaceIndex, i++, hops);
          // The next free buffers are others now.
          end = i;
        } else {
          exceptions.add(batch, i++);
        }
      }
    }
  }

  /** Packets go one by one while somebody watches what becomes of each. */
  private int atOnce(int packets) {
    return watch.isOn() ? 1 : packets;
  }

  private void commit(TxPort port, int interfaceIndex, int from, int to) {
    if (watch.isOn()) {
      beforeSend(interfaceIndex, window, window.first, from);
    }
    if (port == null) {
      dropDown(interfaceIndex, to - from);
    } else {
      port.commit(window, batch, from, to);
    }
    if (watch.isOn()) {
      watch.afterSend(interfaceIndex);
    }
  }

  private void beforeSend(int interfaceIndex, TxWindow buffers, int place, int i) {
    watch.beforeSend(
        interfaceIndex,
        batch.frame[i] - batch.outerBytes,
        buffers.buffer[place],
        batch.lengthBytes[i],
        buffers.ipMode ? Batch.ETHERNET_BYTES : 0);
  }

  /** Sends a packet in its turn that is too large for one buffer, from memory of our own. */
  private void sendLarge(TxPort port, int interfaceIndex, int i, long[] hops) {
    large.openPrivate(1);
    if (forwardAlike(i, i + 1, hops, large) > i) {
      if (watch.isOn()) {
        beforeSend(interfaceIndex, large, 0, i);
      }
      port.send(large.buffer[0], batch.lengthBytes[i]);
      if (watch.isOn()) {
        watch.afterSend(interfaceIndex);
      }
    } else {
      exceptions.add(batch, i);
    }
  }

  private int forwardAlike(int from, int to, long[] hops, TxWindow buffers) {
    if (batch.sourcesChecked) {
      long routerMac = in.routerMac();
      int sent = TunnelTransit.forward4(batch, from, to, routerMac, hops, buffers);
      return sent > from ? sent : TunnelTransit.forward6(batch, from, to, routerMac, hops, buffers);
    }
    int sent = Transit.forward4(batch, from, to, in, hops, buffers);
    return sent > from ? sent : Transit.forward6(batch, from, to, in, hops, buffers);
  }

  /** Leaves the rest of the batch where it is. */
  void forgetRest() {
    next = end;
  }

  /**
   * Closes all ports after an error, and takes away those whose receivers took their memory away.
   */
  void recover() {
    openPorts.clear();
    for (int i = 0; i < ports.length; i++) {
      if (ports[i] != null && !ports[i].recover()) {
        ports[i] = null;
      }
    }
  }

  /** Sends one frame from private memory. */
  void send(int interfaceIndex, long frame, int frameBytes) {
    TxPort port = ports[interfaceIndex];
    if (watch.isOn()) {
      watch.beforeSend(interfaceIndex, PacketWatch.EXAMINED, frame, frameBytes, 0);
    }
    if (port == null) {
      dropDown(interfaceIndex, 1);
    } else {
      port.send(frame, frameBytes);
    }
    if (watch.isOn()) {
      watch.afterSend(interfaceIndex);
    }
  }

  /**
   * Whether an interface takes packets of which something is left to do; one that is down takes
   * anything.
   */
  boolean takesOffloads(int interfaceIndex) {
    TxPort port = ports[interfaceIndex];
    return port == null || port.takesOffloads();
  }

  /** Sends one frame of which something is left to do, from private memory. */
  void sendOffloaded(int interfaceIndex, long frame, int frameBytes, long offload) {
    TxPort port = ports[interfaceIndex];
    if (watch.isOn()) {
      watch.beforeSend(interfaceIndex, PacketWatch.EXAMINED, frame, frameBytes, 0);
    }
    if (port == null) {
      dropDown(interfaceIndex, 1);
    } else {
      port.sendOffloaded(frame, frameBytes, offload);
    }
    if (watch.isOn()) {
      watch.afterSend(interfaceIndex);
    }
  }

  /** Makes everything sent visible to its receivers. */
  void flush() {
    openPorts.flushAll();
  }

  private void dropDown(int interfaceIndex, int packets) {
    InterfaceCounter.drop(
        counters.rowAddress(interfaceIndex), DropReason.TX_INTERFACE_DOWN.ordinal(), packets);
  }
}
