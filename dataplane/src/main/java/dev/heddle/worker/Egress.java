package dev.heddle.worker;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.port.OpenPorts;
import dev.heddle.port.TxPort;

/** A worker's transmit side: its port on each interface that is up. Belongs to one worker. */
public final class Egress {
  private final TxPort[] ports;
  private final OpenPorts openPorts;
  private final WorkerCounters counters;

  /** The packets of the batch that are still to be sent: from this one on, before that one. */
  private int next;

  private int end;

  public Egress(int interfaces, WorkerCounters counters) {
    this.ports = new TxPort[interfaces];
    this.openPorts = new OpenPorts(interfaces);
    this.counters = counters;
  }

  /** Where this worker's ports say that they are to be flushed. */
  public OpenPorts openPorts() {
    return openPorts;
  }

  /** Sets or, with null, takes away the port of an interface. */
  public void set(int interfaceIndex, TxPort port) {
    ports[interfaceIndex] = port;
  }

  /** Sends a routed batch, each run of packets of one egress interface at once. */
  void send(Batch batch) {
    next = 0;
    end = batch.count;
    sendRest(batch);
  }

  /** Sends what an error kept {@link #send(Batch)} from sending, but for the run it broke off. */
  void sendRest(Batch batch) {
    int[] egress = batch.egress;
    while (next < end) {
      int from = next;
      int interfaceIndex = egress[from];
      int to = from + 1;
      while (to < end && egress[to] == interfaceIndex) {
        to++;
      }
      next = to;
      if (interfaceIndex != Batch.NO_EGRESS) {
        send(interfaceIndex, batch, from, to);
      }
    }
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

  private void send(int interfaceIndex, Batch batch, int from, int to) {
    TxPort port = ports[interfaceIndex];
    if (port == null) {
      dropDown(interfaceIndex, to - from);
    } else {
      port.send(batch, from, to);
    }
  }

  /** Sends one frame from private memory. */
  void send(int interfaceIndex, long frame, int frameBytes) {
    TxPort port = ports[interfaceIndex];
    if (port == null) {
      dropDown(interfaceIndex, 1);
    } else {
      port.send(frame, frameBytes);
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
