package dev.heddle.port.dpdk;

import dev.heddle.ffi.dpdk.LoopbackDevice;
import dev.heddle.port.Port;
import dev.heddle.port.PortTools;
import dev.heddle.port.RxQueue;
import dev.heddle.port.TxPort;

/** A port like those of DPDK, on a device in this JVM. For one worker. */
public final class LoopbackDpdkPort implements Port {
  private final int interfaceIndex;
  private final LoopbackDevice device;
  private final int longestFrameBytes;

  /**
   * @param longestFrameBytes that the device's buffers hold
   */
  public LoopbackDpdkPort(int interfaceIndex, LoopbackDevice device, int longestFrameBytes) {
    this.interfaceIndex = interfaceIndex;
    this.device = device;
    this.longestFrameBytes = longestFrameBytes;
  }

  @Override
  public int interfaceIndex() {
    return interfaceIndex;
  }

  @Override
  public int receiveQueues() {
    return 1;
  }

  @Override
  public RxQueue openReceiveQueue(int queue, PortTools worker) {
    return new DpdkRxQueue(interfaceIndex, device.receiver(), device.releases());
  }

  @Override
  public TxPort openTransmitPort(int workerIndex, PortTools worker) {
    return new DpdkTxPort(
        new DpdkTxQueue(device.transmitter()),
        device.buffers(),
        device.releases(),
        longestFrameBytes,
        worker.counters().rowAddress(interfaceIndex),
        worker.openPorts());
  }

  @Override
  public boolean check() {
    return true;
  }
}
