package dev.heddle.port.tap;

import dev.heddle.ffi.linux.Tun;
import dev.heddle.port.Port;
import dev.heddle.port.PortTools;
import dev.heddle.port.RxQueue;
import dev.heddle.port.TxPort;
import java.util.stream.IntStream;

/**
 * A pod's kernel interface: a tap in its network namespace. Its packets may have an {@link
 * dev.heddle.packet.Offload}.
 *
 * <p>The tap stays its owner's, who closes it once the port has been detached.
 */
public final class TapPort implements Port {
  private final int interfaceIndex;
  private final int[] queues;
  private final Runnable whenLost;
  private volatile boolean isLost;

  /**
   * @param whenLost called by a worker that finds the device gone, perhaps by several and more than
   *     once; must return at once
   */
  public TapPort(int interfaceIndex, Tun tap, Runnable whenLost) {
    this(interfaceIndex, IntStream.range(0, tap.queues()).map(tap::fd).toArray(), whenLost);
  }

  /**
   * A port whose other end need not be a kernel.
   *
   * @param queues descriptors that give and take a packet at a time as those of a tap do, without
   *     blocking
   */
  public TapPort(int interfaceIndex, int[] queues, Runnable whenLost) {
    this.interfaceIndex = interfaceIndex;
    this.queues = queues;
    this.whenLost = whenLost;
  }

  @Override
  public int interfaceIndex() {
    return interfaceIndex;
  }

  @Override
  public int receiveQueues() {
    return queues.length;
  }

  @Override
  public RxQueue openReceiveQueue(int queue, PortTools worker) {
    worker.taps().open();
    return new TapRxQueue(this, queues[queue], worker.taps());
  }

  @Override
  public TxPort openTransmitPort(int workerIndex, PortTools worker) {
    worker.taps().open();
    return new TapTxPort(
        this,
        queues[workerIndex % queues.length],
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
