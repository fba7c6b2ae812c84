package dev.heddle.worker;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.PacketWatch;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.packet.Exceptions;
import dev.heddle.packet.TxWindow;
import dev.heddle.port.TxPort;
import dev.heddle.stage.Encapsulation;
import dev.heddle.stage.Transit;
import dev.heddle.stage.TunnelTransit;
import dev.heddle.table.Attachment;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;

/**
 * Sends runs of packets into tunnels: forwarded like any others, into buffers with room for the
 * outer headers, which are then put before them. Outside, where there are none, packets only get
 * their gateway's MAC address. Belongs to one worker.
 */
final class TunnelEgress {
  private final TxWindow window;
  private final TxWindow large;
  private final WorkerCounters counters;
  private final PacketWatch watch;
  private final Encapsulation encapsulation = new Encapsulation();

  private Batch batch;
  private Attachment in;
  private Vrf vrf;
  private Tables tables;
  private Exceptions exceptions;

  /**
   * @param window shared with whoever else sends packets of the same worker
   * @param large likewise, for packets that need more than one buffer
   * @param watch is told of every packet
   */
  TunnelEgress(TxWindow window, TxWindow large, WorkerCounters counters, PacketWatch watch) {
    this.window = window;
    this.large = large;
    this.counters = counters;
    this.watch = watch;
  }

  /** Names the batch that the next runs are of. */
  void begin(Batch batch, Attachment in, Vrf vrf, Tables tables, Exceptions exceptions) {
    this.batch = batch;
    this.in = in;
    this.vrf = vrf;
    this.tables = tables;
    this.exceptions = exceptions;
  }

  /**
   * Sends a run of packets whose next hops are reached through one uplink.
   *
   * @param port the uplink's; null where it has none
   */
  void forwardRun(TxPort port, int interfaceIndex, int from, int to) {
    int i = from;
    while (i < to) {
      int alike = encapsulation.findAlike(batch, i, to, tables);
      if (alike == i) {
        exceptions.add(batch, i++);
      } else {
        forwardAlike(port, interfaceIndex, i, alike);
        i = alike;
      }
    }
  }

  private void forwardAlike(TxPort port, int interfaceIndex, int from, int to) {
    int i = from;
    while (i < to) {
      if (port == null) {
        window.refuse(DropReason.TX_INTERFACE_DOWN, watch.isOn() ? 1 : to - i);
      } else {
        port.reserve(window, watch.isOn() ? 1 : to - i);
      }
      window.shift(encapsulation.overheadBytes());
      int end = i + window.room;
      while (i < end) {
        int sent = forward(i, end, window);
        if (sent > i) {
          commit(port, interfaceIndex, i, sent);
          encapsulation.restoreLengths(batch, i, sent);
          i = sent;
        } else if (port != null && batch.lengthBytes[i] > window.capacityBytes) {
          sendLarge(port, interfaceIndex, i++);
          // The next free buffers are others now.
          end = i;
        } else {
          exceptions.add(batch, i++);
        }
      }
    }
  }

  private void commit(TxPort port, int interfaceIndex, int from, int to) {
    if (watch.isOn()) {
      beforeSend(interfaceIndex, window.buffer[window.first], from);
    }
    if (port == null) {
      window.take(to - from);
      long row = counters.rowAddress(interfaceIndex);
      InterfaceCounter.drop(row, DropReason.TX_INTERFACE_DOWN.ordinal(), to - from);
    } else {
      port.commit(window, batch, from, to);
    }
    if (watch.isOn()) {
      watch.afterSend(interfaceIndex);
    }
  }

  private void beforeSend(int interfaceIndex, long frame, int i) {
    int bytes = batch.lengthBytes[i];
    watch.beforeSend(interfaceIndex, batch.frame[i] - batch.outerBytes, frame, bytes, 0);
  }

  /** Forwards and wraps packets of one IP version; returns the place behind the last one. */
  private int forward(int from, int to, TxWindow buffers) {
    long[] hops = tables.hops();
    int sent;
    if (batch.sourcesChecked) {
      sent = TunnelTransit.forward4(batch, from, to, in.routerMac(), hops, buffers);
      if (sent == from) {
        sent = TunnelTransit.forward6(batch, from, to, in.routerMac(), hops, buffers);
      }
    } else {
      sent = Transit.forward4(batch, from, to, in, hops, buffers);
      if (sent == from) {
        sent = Transit.forward6(batch, from, to, in, hops, buffers);
      }
    }
    if (sent > from) {
      encapsulation.wrap(batch, from, sent, buffers, tables, vrf);
    }
    return sent;
  }

  /** Sends a packet in its turn that is too large for one buffer, from memory of our own. */
  private void sendLarge(TxPort port, int interfaceIndex, int i) {
    large.openPrivate(1);
    large.shift(encapsulation.overheadBytes());
    if (forward(i, i + 1, large) > i) {
      if (watch.isOn()) {
        beforeSend(interfaceIndex, large.buffer[0], i);
      }
      port.send(large.buffer[0], batch.lengthBytes[i]);
      if (watch.isOn()) {
        watch.afterSend(interfaceIndex);
      }
      encapsulation.restoreLengths(batch, i, i + 1);
    } else {
      exceptions.add(batch, i);
    }
  }
}
