package dev.heddle.port.dpdk;

import dev.heddle.ffi.dpdk.DeviceInfo;
import dev.heddle.ffi.dpdk.DpdkException;
import dev.heddle.ffi.dpdk.Eal;
import dev.heddle.ffi.dpdk.EthPort;
import dev.heddle.ffi.dpdk.LinkState;
import dev.heddle.ffi.dpdk.MbufRelease;
import dev.heddle.ffi.dpdk.Mempool;
import dev.heddle.ffi.dpdk.PortSetup;
import dev.heddle.packet.Batch;
import dev.heddle.port.Port;
import dev.heddle.port.PortTools;
import dev.heddle.port.RxQueue;
import dev.heddle.port.TxPort;
import java.util.ArrayList;
import java.util.List;

/**
 * A device that DPDK drives, from {@link #open} to {@link #close}. Workers may be attached to it in
 * between. DPDK runs already.
 *
 * <p>Each port has buffers of its own, of one size that holds every packet of its MTU.
 */
public final class DpdkPort implements Port, AutoCloseable {
  private static final int DESCRIPTORS = 1024;
  private static final int VLAN_TAG_BYTES = 4;

  /** How many ports a worker has joined; DPDK knows its thread as long as there is one. */
  private static final ThreadLocal<int[]> JOINED = ThreadLocal.withInitial(() -> new int[1]);

  private final DpdkConfig config;
  private final EthPort device;
  private final Mempool buffers;

  /** What the device is told. */
  private final int deviceMtuBytes;

  private int transmitQueueCount;
  private final List<DpdkTxQueue> transmitQueues = new ArrayList<>();

  private DpdkPort(DpdkConfig config, EthPort device, Mempool buffers, int deviceMtuBytes) {
    this.config = config;
    this.deviceMtuBytes = deviceMtuBytes;
    this.device = device;
    this.buffers = buffers;
  }

  /**
   * Takes a device over and lets it receive.
   *
   * @throws DpdkException if there is no such device, or it cannot be what it is to be; nothing of
   *     it stays
   */
  public static DpdkPort open(DpdkConfig config) {
    EthPort device = EthPort.attach(DriverQuirks.complete(config.device(), config.mtuBytes()));
    Mempool buffers = null;
    try {
      DeviceInfo info = device.info();
      check(config, info);
      int deviceMtuBytes = DriverQuirks.mtu(info, config.mtuBytes());
      int transmitQueues = Math.min(config.workers(), info.maxTransmitQueues());
      buffers =
          Mempool.create(
              "heddle-" + config.interfaceIndex(),
              bufferCount(config, transmitQueues),
              DriverQuirks.ringFrameBytes(config.mtuBytes()));
      DpdkPort port = new DpdkPort(config, device, buffers, deviceMtuBytes);
      port.configure(transmitQueues);
      port.start();
      return port;
    } catch (RuntimeException e) {
      device.close();
      if (buffers != null) {
        buffers.close();
      }
      throw e;
    }
  }

  private static void check(DpdkConfig config, DeviceInfo info) {
    if (config.receiveQueues() > info.maxReceiveQueues()) {
      throw new DpdkException(
          "%s has %d receive queue(s), not %d"
              .formatted(config.device(), info.maxReceiveQueues(), config.receiveQueues()));
    }
  }

  /** As many as all rings and all workers' caches can hold at once, and some batches. */
  private static int bufferCount(DpdkConfig config, int transmitQueues) {
    int inRings = (config.receiveQueues() + transmitQueues) * DESCRIPTORS;
    int cached = config.workers() * 2 * Mempool.CACHED_BUFFERS;
    int inBatches = config.workers() * 4 * Batch.CAPACITY;
    // DPDK stores them best where there is one less than a power of two.
    return Integer.highestOneBit(inRings + cached + inBatches) * 2 - 1;
  }

  private static int longestFrameBytes(int mtuBytes) {
    return mtuBytes + Batch.ETHERNET_BYTES + VLAN_TAG_BYTES;
  }

  /** With a transmit queue a worker, unless the driver wants as many of both kinds. */
  private void configure(int transmitQueues) {
    try {
      configureQueues(transmitQueues);
    } catch (DpdkException e) {
      if (transmitQueues <= config.receiveQueues()) {
        throw e;
      }
      configureQueues(config.receiveQueues());
    }
    if (deviceMtuBytes == config.mtuBytes()) {
      device.setMtu(deviceMtuBytes);
    }
  }

  private void configureQueues(int transmitQueues) {
    transmitQueueCount = transmitQueues;
    device.configure(
        new PortSetup(
            config.receiveQueues(), transmitQueues, DESCRIPTORS, deviceMtuBytes, buffers));
  }

  private void start() {
    if (config.mac() != 0) {
      device.setMac(bytes(config.mac()));
    }
    device.start();
    // Some take in everything whatever they are told.
    boolean isTold = device.setPromiscuous(config.promiscuous());
    if (config.promiscuous() && !isTold && !device.isPromiscuous()) {
      throw new DpdkException("the device " + device.name() + " cannot be promiscuous");
    }
    // Neighbour solicitations come to a group of the address they ask for.
    device.receiveAllMulticast();
    for (int queue = 0; queue < transmitQueueCount; queue++) {
      transmitQueues.add(new DpdkTxQueue(device.transmitter(queue)));
    }
  }

  private static byte[] bytes(long mac) {
    byte[] bytes = new byte[6];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (mac >>> 8 * i);
    }
    return bytes;
  }

  /** The device's Ethernet address in the low 48 bits, the first byte on the wire lowest. */
  public long mac() {
    byte[] bytes = device.mac();
    long mac = 0;
    for (int i = bytes.length - 1; i >= 0; i--) {
      mac = mac << 8 | Byte.toUnsignedLong(bytes[i]);
    }
    return mac;
  }

  /** Whether packets can pass at present. Waits for nothing. */
  public boolean isLinkUp() {
    return link().up();
  }

  private LinkState link() {
    LinkState link = device.link();
    boolean isUp = link.up() && KernelInterface.of(config.device()).isUp();
    return new LinkState(isUp, link.speedMbps());
  }

  /** The port at present. */
  public DpdkPortStatus status() {
    return new DpdkPortStatus(
        link(),
        device.isPromiscuous(),
        deviceMtuBytes == config.mtuBytes() ? device.mtu() : config.mtuBytes(),
        device.statistics());
  }

  /** Buffers that nobody uses at present, those in workers' caches included. Slow. */
  public int freeBuffers() {
    return buffers.free();
  }

  /** What it was opened with. */
  public DpdkConfig config() {
    return config;
  }

  @Override
  public int interfaceIndex() {
    return config.interfaceIndex();
  }

  @Override
  public int receiveQueues() {
    return config.receiveQueues();
  }

  @Override
  public void join() {
    int[] joined = JOINED.get();
    if (joined[0] == 0) {
      Eal.registerThread();
    }
    joined[0]++;
  }

  @Override
  public void leave() {
    int[] joined = JOINED.get();
    joined[0]--;
    if (joined[0] == 0) {
      Eal.unregisterThread();
    }
  }

  @Override
  public RxQueue openReceiveQueue(int queue, PortTools worker) {
    return new DpdkRxQueue(config.interfaceIndex(), device.receiver(queue), MbufRelease.toPools());
  }

  @Override
  public TxPort openTransmitPort(int workerIndex, PortTools worker) {
    return new DpdkTxPort(
        transmitQueues.get(workerIndex % transmitQueues.size()),
        buffers.cacheOfThisThread(),
        MbufRelease.toPools(),
        longestFrameBytes(config.mtuBytes()),
        worker.counters().rowAddress(config.interfaceIndex()),
        worker.openPorts());
  }

  @Override
  public boolean check() {
    return true;
  }

  /** Stops the device and gives it back. No worker is attached any more. */
  @Override
  public void close() {
    try {
      device.close();
    } finally {
      buffers.close();
    }
  }
}
