package dev.heddle.port.memif;

import dev.heddle.port.Port;
import dev.heddle.port.PortTools;
import dev.heddle.port.RxQueue;
import dev.heddle.port.TxPort;
import java.util.ArrayList;
import java.util.List;

/** A connected memif peer's rings. */
public final class MemifPort implements Port {
  private final MemifLink link;
  private final List<MemifTxQueue> transmitQueues = new ArrayList<>();

  public MemifPort(MemifLink link) {
    this.link = link;
    for (MemifLink.Ring ring : link.transmitRings()) {
      transmitQueues.add(new MemifTxQueue(link, ring));
    }
  }

  @Override
  public int interfaceIndex() {
    return link.interfaceIndex();
  }

  @Override
  public int receiveQueues() {
    return link.receiveRings().length;
  }

  @Override
  public RxQueue openReceiveQueue(int queue, PortTools worker) {
    return new MemifRxQueue(link, link.receiveRings()[queue], worker.gather());
  }

  @Override
  public TxPort openTransmitPort(int workerIndex, PortTools worker) {
    if (transmitQueues.isEmpty()) {
      return null;
    }
    return new MemifTxPort(
        transmitQueues.get(workerIndex % transmitQueues.size()),
        worker.counters().rowAddress(link.interfaceIndex()),
        worker.openPorts(),
        worker.scatter(),
        worker.signal());
  }

  @Override
  public boolean check() {
    boolean present = link.isMemoryPresent();
    if (!present) {
      link.fail(LinkFault.MEMORY_FAULT);
    }
    return present;
  }
}
