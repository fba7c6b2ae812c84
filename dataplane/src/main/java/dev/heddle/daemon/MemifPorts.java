package dev.heddle.daemon;

import dev.heddle.control.PortException;
import dev.heddle.control.Ports;
import dev.heddle.control.UplinkPortStatus;
import dev.heddle.model.DpdkAttachment;
import dev.heddle.model.Endpoint;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Uplink;
import dev.heddle.observe.InterfaceSlots;
import dev.heddle.port.memif.channel.MemifConductor;
import dev.heddle.port.memif.channel.MemifConfig;
import dev.heddle.port.memif.channel.MemifConfigException;
import dev.heddle.port.memif.channel.MemifMemory;
import dev.heddle.port.memif.channel.MemifMode;
import dev.heddle.port.memif.channel.MemifRole;
import dev.heddle.port.memif.channel.MemifSecret;
import dev.heddle.port.memif.channel.MemifSocket;
import java.util.Map;
import java.util.Optional;

/** Opens the memif interfaces of endpoints and uplinks, each with its row of counters. */
public final class MemifPorts implements Ports {
  /** The API's names of what memif configurations call otherwise. */
  private static final Map<String, String> FIELD_NAMES =
      Map.of(
          "networkNamespace", "netns",
          "log2RingSize", "log2_ring_size",
          "bufferBytes", "buffer_bytes",
          "maxRegionBytes", "max_region_mib",
          "receiveQueues", "queues",
          "transmitQueues", "queues");

  private final MemifConductor conductor;
  private final InterfaceSlots slots;

  /**
   * @param conductor connects them
   * @param slots has the counters of each
   */
  public MemifPorts(MemifConductor conductor, InterfaceSlots slots) {
    this.conductor = conductor;
    this.slots = slots;
  }

  @Override
  public int capacity() {
    return slots.capacity() - Uplink.MAX_UPLINKS;
  }

  @Override
  public void open(int interfaceIndex, Endpoint endpoint) {
    open(interfaceIndex, endpoint.name(), endpoint.network(), endpoint.memif());
  }

  private void open(int interfaceIndex, String name, String network, MemifAttachment memif) {
    slots.claim(interfaceIndex, name, network);
    try {
      conductor.add(config(interfaceIndex, name, memif));
    } catch (MemifConfigException e) {
      slots.release(interfaceIndex);
      String field = FIELD_NAMES.getOrDefault(e.field(), e.field());
      throw new PortException("memif." + field, e.value(), e.remedy(), e);
    }
  }

  @Override
  public void close(int interfaceIndex) {
    conductor.remove(interfaceIndex);
    slots.release(interfaceIndex);
  }

  @Override
  public long openUplink(int interfaceIndex, Uplink uplink) {
    switch (uplink.attachment()) {
      case MemifAttachment memif -> open(interfaceIndex, slotName(uplink), "", memif);
      case DpdkAttachment dpdk ->
          throw new PortException(
              "dpdk.devargs", dpdk.devargs(), "this daemon has no DPDK; give memif", null);
    }
    return uplink.mac() == 0 ? uplink.derivedMac() : uplink.mac();
  }

  /** The name of an uplink's counters, which stand in no network. */
  static String slotName(Uplink uplink) {
    return uplink.name().isEmpty() ? "uplink" : "uplink:" + uplink.name();
  }

  /** A memif carries whatever its buffers hold, in as many pieces as it takes. */
  @Override
  public void resizeUplink(int interfaceIndex, int mtuBytes) {}

  @Override
  public void closeUplink(int interfaceIndex) {
    close(interfaceIndex);
  }

  @Override
  public UplinkPortStatus uplinkStatus(int interfaceIndex) {
    boolean linkUp = conductor.status(interfaceIndex).orElseThrow().isConnected();
    return new UplinkPortStatus(linkUp, 0, false, Map.of());
  }

  private static MemifConfig config(int interfaceIndex, String name, MemifAttachment memif) {
    return new MemifConfig(
        interfaceIndex,
        name,
        memif.server() ? MemifRole.SERVER : MemifRole.CLIENT,
        memif.ipMode() ? MemifMode.IP : MemifMode.ETHERNET,
        new MemifSocket(memif.socket(), optional(memif.netns())),
        Integer.toUnsignedLong(memif.id()),
        optional(memif.secret()).map(MemifSecret::of),
        memif.queues(),
        memif.queues(),
        new MemifMemory(
            memif.log2RingSize(),
            memif.bufferBytes(),
            (long) memif.maxRegionMib() << 20,
            memif.allowHugetlb(),
            memif.allowUnsealed()));
  }

  private static Optional<String> optional(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
