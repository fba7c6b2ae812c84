package dev.heddle.port.tap;

import dev.heddle.ffi.linux.Tun;
import dev.heddle.port.Port;
import dev.heddle.port.PortTools;
import dev.heddle.port.RxQueue;
import dev.heddle.port.TxPort;

/**
 * A pod's kernel interface: a tap in its network namespace. Its packets may have an {@link
 * dev.heddle.packet.Offload}.
 *
 * <p>The tap stays its owner's, who closes it once the port has been detached.
 */
public final class TapPort implements Port {
  private final int interfaceIndex;
  private final Tun tap;
  private final Runnable whenLost;
  private volatile boolean isLost;

  /**
   * @param whenLost called by a worker that finds the device gone, perhaps by several and more than
   *     once; must return at once
   */
  public TapPort(int interfaceIndex, Tun tap, Runnable whenLost) {
    this.interfaceIndex = interfaceIndex;
    this.tap = tap;
    this.whenLost = whenLost;
  }

  @Override
  public int interfaceIndex() {
    return interfaceIndex;
  }

  @Override
  public int receiveQueues() {
    return tap.queues();
  }

  @Override
  public RxQueue openReceiveQueue(int queue, PortTools worker) {
    worker.taps().open();
    return new TapRxQueue(this, tap.fd(queue), worker.taps());
  }

  @Override
  public TxPort openTransmitPort(int workerIndex, PortTools worker) {
    worker.taps().open();
    return new TapTxPort(
        this,
        tap.fd(workerIndex % tap.queues()),
        worker.counters().rowAddress(interfaceIndex),
        worker.taps());
  }

  @Override
  public boolean check() {
    return true;
  }

  /** Whether somebody has deleted the device: nothing passes any more. Any thread may ask. */
  public boolean isLost() {
    return isLost;
  }

  /** A worker found the device gone. */
  void lose() {
    if (!isLost) {
      isLost = true;
      whenLost.run();
    }
  }
}
