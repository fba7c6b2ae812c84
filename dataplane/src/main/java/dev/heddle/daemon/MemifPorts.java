package dev.heddle.daemon;

import dev.heddle.control.PortException;
import dev.heddle.control.Ports;
import dev.heddle.model.Endpoint;
import dev.heddle.model.MemifAttachment;
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

/** Opens endpoints' memif interfaces, each with its row of counters. */
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
    return slots.capacity();
  }

  @Override
  public void open(int interfaceIndex, Endpoint endpoint) {
    slots.claim(interfaceIndex, endpoint.name(), endpoint.network());
    try {
      conductor.add(config(interfaceIndex, endpoint.name(), endpoint.memif()));
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
