package dev.heddle.daemon;

import dev.heddle.control.PortException;
import dev.heddle.control.UplinkPortStatus;
import dev.heddle.ffi.dpdk.DpdkException;
import dev.heddle.ffi.dpdk.Eal;
import dev.heddle.ffi.dpdk.EalArguments;
import dev.heddle.ffi.dpdk.PortStatistics;
import dev.heddle.model.DpdkAttachment;
import dev.heddle.model.Uplink;
import dev.heddle.port.PortOwner;
import dev.heddle.port.dpdk.DpdkConfig;
import dev.heddle.port.dpdk.DpdkPort;
import dev.heddle.port.dpdk.DpdkPortStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices of uplinks that DPDK drives. DPDK is started with the first of them, so that a daemon
 * without such uplinks needs none. Methods may be called by any thread that is no worker.
 */
public final class DpdkUplinks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DpdkUplinks.class);
  private static final String FIELD = "dpdk.devargs";

  private final PortOwner owner;
  private final int workers;
  private final List<String> arguments;
  private final IntConsumer onUp;
  private final Map<Integer, DpdkPort> ports = new TreeMap<>();
  private final Map<Integer, Boolean> linksUp = new TreeMap<>();

  /**
   * @param owner uses the ports
   * @param workers how many workers there are
   * @param arguments what to start DPDK with; empty: what suits this machine
   * @param onUp told the interface index of each uplink that comes up
   */
  public DpdkUplinks(PortOwner owner, int workers, List<String> arguments, IntConsumer onUp) {
    this.owner = owner;
    this.workers = workers;
    this.arguments = List.copyOf(arguments);
    this.onUp = onUp;
  }

  /** Says in the log which DPDK there is for uplinks. */
  public static void tellVersion() {
    String state = Eal.missing().orElseGet(Eal::version);
    LOG.atInfo().addKeyValue("state", state).log("uplinks by DPDK");
  }

  /**
   * Opens an uplink's device and gives it to the workers.
   *
   * @return its Ethernet address in the low 48 bits, the first byte on the wire lowest
   * @throws PortException if that is not possible; nothing of it stays
   */
  synchronized long open(int interfaceIndex, Uplink uplink, DpdkAttachment attachment) {
    DpdkConfig config =
        new DpdkConfig(
            interfaceIndex,
            attachment.devargs(),
            attachment.queues(),
            attachment.promiscuous(),
            uplink.mtuBytes(),
            uplink.mac(),
            workers);
    try {
      startDpdk();
      long mac = open(config).mac();
      return mac == 0 ? uplink.derivedMac() : mac;
    } catch (DpdkException e) {
      throw new PortException(FIELD, attachment.devargs(), e.getMessage(), e);
    }
  }

  private void startDpdk() {
    if (!arguments.isEmpty()) {
      Eal.start(arguments);
      return;
    }
    boolean hugePages = EalArguments.hasHugePages();
    if (!hugePages && !Eal.isStarted()) {
      LOG.warn(
          "too few free huge pages for DPDK, so packet buffers lie in small pages: network cards"
              + " by PCI address may not work and every uplink is slower; reserve some, such as"
              + " 512 of 2 MiB (sysctl vm.nr_hugepages=512), and start the daemon again");
    }
    Eal.start(EalArguments.defaults(hugePages));
  }

  private DpdkPort open(DpdkConfig config) {
    DpdkPort port = DpdkPort.open(config);
    ports.put(config.interfaceIndex(), port);
    try {
      owner.attach(port);
    } catch (RuntimeException e) {
      close(config.interfaceIndex());
      throw e;
    }
    linksUp.put(config.interfaceIndex(), true);
    return port;
  }

  /** Whether an interface is one of these. */
  synchronized boolean has(int interfaceIndex) {
    return ports.containsKey(interfaceIndex);
  }

  /**
   * Opens an uplink's device anew for packets of another size; what comes meanwhile is lost.
   *
   * @throws PortException if the device cannot have that size; it stays as it was
   */
  synchronized void resize(int interfaceIndex, int mtuBytes) {
    DpdkConfig before = ports.get(interfaceIndex).config();
    close(interfaceIndex);
    try {
      open(before.withMtu(mtuBytes));
    } catch (DpdkException e) {
      open(before);
      throw new PortException("mtu", String.valueOf(mtuBytes), e.getMessage(), e);
    }
  }

  /** Takes a device from the workers and gives it back. */
  synchronized void close(int interfaceIndex) {
    owner.detach(interfaceIndex);
    linksUp.remove(interfaceIndex);
    ports.remove(interfaceIndex).close();
  }

  /** An uplink's device at present. */
  synchronized UplinkPortStatus status(int interfaceIndex) {
    DpdkPortStatus status = ports.get(interfaceIndex).status();
    return new UplinkPortStatus(
        status.link().up(),
        (int) status.link().speedMbps(),
        status.promiscuous(),
        byName(status.statistics()));
  }

  private static Map<String, Long> byName(PortStatistics statistics) {
    Map<String, Long> byName = new LinkedHashMap<>();
    byName.put("rx-packets", statistics.receivedPackets());
    byName.put("rx-bytes", statistics.receivedBytes());
    byName.put("rx-missed", statistics.missedPackets());
    byName.put("rx-errors", statistics.receiveErrors());
    byName.put("rx-without-buffer", statistics.withoutBuffer());
    byName.put("tx-packets", statistics.transmittedPackets());
    byName.put("tx-bytes", statistics.transmittedBytes());
    byName.put("tx-errors", statistics.transmitErrors());
    return byName;
  }

  /** Looks at all links; to be called now and then. */
  public synchronized void watchLinks() {
    ports.forEach((interfaceIndex, port) -> {
      boolean isUp = isUp(port);
      boolean wasUp = linksUp.put(interfaceIndex, isUp);
      if (isUp != wasUp) {
        LOG.atInfo()
            .addKeyValue("device", port.config().device())
            .addKeyValue("state", isUp ? "up" : "down")
            .log("link of an uplink");
      }
      if (isUp && !wasUp) {
        onUp.accept(interfaceIndex);
      }
    });
  }

  private static boolean isUp(DpdkPort port) {
    try {
      return port.isLinkUp();
    } catch (DpdkException _) {
      return false; // the device does not answer any more
    }
  }

  /** Gives all devices back. */
  @Override
  public synchronized void close() {
    for (int interfaceIndex : List.copyOf(ports.keySet())) {
      close(interfaceIndex);
    }
  }
}
