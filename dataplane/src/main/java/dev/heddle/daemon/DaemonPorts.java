package dev.heddle.daemon;

import dev.heddle.control.MemifPortStatus;
import dev.heddle.control.PortException;
import dev.heddle.control.Ports;
import dev.heddle.control.UplinkPortStatus;
import dev.heddle.model.DpdkAttachment;
import dev.heddle.model.Endpoint;
import dev.heddle.model.KernelAttachment;
import dev.heddle.model.KernelDevice;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Uplink;
import dev.heddle.observe.InterfaceSlots;
import dev.heddle.observe.PodEvent;
import dev.heddle.port.memif.channel.MemifConductor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the interfaces of endpoints and uplinks, each with its row of counters. */
public final class DaemonPorts implements Ports {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonPorts.class);

  private final MemifPorts memif;
  private final DpdkUplinks dpdk;
  private final KernelPods kernel;
  private final InterfaceSlots slots;
  private final InterfaceWatcher watcher;

  /**
   * @param conductor connects memif interfaces
   * @param dpdk has the devices of uplinks
   * @param kernel has the kernel interfaces of pods
   * @param slots has the counters of each interface
   * @param watcher is told which interfaces there are
   */
  public DaemonPorts(
      MemifConductor conductor,
      DpdkUplinks dpdk,
      KernelPods kernel,
      InterfaceSlots slots,
      InterfaceWatcher watcher) {
    this.memif = new MemifPorts(conductor);
    this.dpdk = dpdk;
    this.kernel = kernel;
    this.slots = slots;
    this.watcher = watcher;
  }

  @Override
  public int capacity() {
    return slots.capacity() - Uplink.MAX_UPLINKS;
  }

  @Override
  public void open(int interfaceIndex, Endpoint endpoint, KernelDevice device) {
    slots.claim(interfaceIndex, endpoint.name(), endpoint.network());
    try {
      openPort(interfaceIndex, endpoint, device);
      tellOpened(interfaceIndex, endpoint);
    } catch (PortException e) {
      slots.release(interfaceIndex);
      throw e;
    }
  }

  @Override
  public void restore(int interfaceIndex, Endpoint endpoint, KernelDevice device) {
    slots.claim(interfaceIndex, endpoint.name(), endpoint.network());
    try {
      openPort(interfaceIndex, endpoint, device);
    } catch (PortException e) {
      LOG.atWarn()
          .addKeyValue("endpoint", endpoint.name())
          .addKeyValue("reason", e.getMessage())
          .log("an endpoint has no pod any more");
      slots.count(interfaceIndex, PodEvent.LOST);
    }
    tellOpened(interfaceIndex, endpoint);
  }

  private void openPort(int interfaceIndex, Endpoint endpoint, KernelDevice device) {
    switch (endpoint.attachment()) {
      case MemifAttachment attachment -> memif.open(interfaceIndex, endpoint.name(), attachment);
      case KernelAttachment _ -> kernel.open(interfaceIndex, device);
    }
  }

  private void tellOpened(int interfaceIndex, Endpoint endpoint) {
    watcher.opened(
        interfaceIndex, endpoint.name(), endpoint.network(), endpoint.attachment().ipMode());
  }

  @Override
  public void change(int interfaceIndex, KernelDevice device) {
    kernel.change(interfaceIndex, device);
  }

  @Override
  public void close(int interfaceIndex) {
    watcher.closed(interfaceIndex);
    kernel.close(interfaceIndex);
    memif.close(interfaceIndex);
    slots.release(interfaceIndex);
  }

  @Override
  public void abandon(int interfaceIndex) {
    watcher.closed(interfaceIndex);
    kernel.abandon(interfaceIndex);
    memif.close(interfaceIndex);
    slots.release(interfaceIndex);
  }

  @Override
  public long openUplink(int interfaceIndex, Uplink uplink) {
    slots.claim(interfaceIndex, uplink.interfaceName(), "");
    try {
      long mac = openUplinkPort(interfaceIndex, uplink);
      boolean isIpMode = uplink.attachment() instanceof MemifAttachment memif && memif.ipMode();
      watcher.opened(interfaceIndex, uplink.interfaceName(), "", isIpMode);
      return mac;
    } catch (PortException e) {
      slots.release(interfaceIndex);
      throw e;
    }
  }

  private long openUplinkPort(int interfaceIndex, Uplink uplink) {
    return switch (uplink.attachment()) {
      case MemifAttachment attachment -> {
        memif.open(interfaceIndex, uplink.interfaceName(), attachment);
        yield uplink.mac() == 0 ? uplink.derivedMac() : uplink.mac();
      }
      case DpdkAttachment attachment -> dpdk.open(interfaceIndex, uplink, attachment);
    };
  }

  /** A memif carries whatever its buffers hold, in as many pieces as it takes. */
  @Override
  public void resizeUplink(int interfaceIndex, int mtuBytes) {
    if (dpdk.has(interfaceIndex)) {
      dpdk.resize(interfaceIndex, mtuBytes);
    }
  }

  @Override
  public void closeUplink(int interfaceIndex) {
    watcher.closed(interfaceIndex);
    if (dpdk.has(interfaceIndex)) {
      dpdk.close(interfaceIndex);
    } else {
      memif.close(interfaceIndex);
    }
    slots.release(interfaceIndex);
  }

  @Override
  public boolean isConnected(int interfaceIndex) {
    return kernel.has(interfaceIndex) || memif.isConnected(interfaceIndex);
  }

  @Override
  public MemifPortStatus memifStatus(int interfaceIndex) {
    return memif.connection(interfaceIndex);
  }

  @Override
  public UplinkPortStatus uplinkStatus(int interfaceIndex) {
    return dpdk.has(interfaceIndex) ? dpdk.status(interfaceIndex) : memif.status(interfaceIndex);
  }
}
