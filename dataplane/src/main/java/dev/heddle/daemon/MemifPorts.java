package dev.heddle.daemon;

import dev.heddle.control.MemifPortStatus;
import dev.heddle.control.PortException;
import dev.heddle.control.UplinkPortStatus;
import dev.heddle.model.MemifAttachment;
import dev.heddle.port.memif.RingStatus;
import dev.heddle.port.memif.channel.MemifConductor;
import dev.heddle.port.memif.channel.MemifConfig;
import dev.heddle.port.memif.channel.MemifConfigException;
import dev.heddle.port.memif.channel.MemifMemory;
import dev.heddle.port.memif.channel.MemifMode;
import dev.heddle.port.memif.channel.MemifRole;
import dev.heddle.port.memif.channel.MemifSecret;
import dev.heddle.port.memif.channel.MemifSocket;
import dev.heddle.port.memif.channel.MemifStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens memif interfaces as the API describes them. */
final class MemifPorts {
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

  /**
   * @param conductor connects them
   */
  MemifPorts(MemifConductor conductor) {
    this.conductor = conductor;
  }

  /**
   * Opens an interface.
   *
   * @param name of the endpoint or the uplink
   * @throws PortException if that is not possible
   */
  void open(int interfaceIndex, String name, MemifAttachment memif) {
    try {
      conductor.add(config(interfaceIndex, name, memif));
    } catch (MemifConfigException e) {
      String field = FIELD_NAMES.getOrDefault(e.field(), e.field());
      throw new PortException("memif." + field, e.value(), e.remedy(), e);
    }
  }

  void close(int interfaceIndex) {
    conductor.remove(interfaceIndex);
  }

  /** Whether there is such an interface, and a peer at it. */
  boolean isConnected(int interfaceIndex) {
    return conductor.status(interfaceIndex).filter(MemifStatus::isConnected).isPresent();
  }

  UplinkPortStatus status(int interfaceIndex) {
    boolean linkUp = conductor.status(interfaceIndex).orElseThrow().isConnected();
    return new UplinkPortStatus(linkUp, 0, false, Map.of());
  }

  /** An interface with its rings. One that could not be opened has no connection. */
  MemifPortStatus connection(int interfaceIndex) {
    return conductor
        .status(interfaceIndex)
        .map(status -> connection(status, conductor.rings(interfaceIndex)))
        .orElse(MemifPortStatus.NONE);
  }

  private static MemifPortStatus connection(MemifStatus status, List<RingStatus> rings) {
    return new MemifPortStatus(
        status.isConnected(),
        status.peerInstance(),
        status.peerInterface(),
        status.lastReason(),
        status.connects(),
        status.disconnects(),
        status.regionBytes(),
        rings.stream().map(MemifPorts::ring).toList());
  }

  private static MemifPortStatus.Ring ring(RingStatus ring) {
    return new MemifPortStatus.Ring(
        ring.receive(),
        ring.queue(),
        ring.size(),
        ring.head(),
        ring.tail(),
        ring.free(),
        ring.clientFills(),
        ring.interrupts(),
        ring.bufferBytes());
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
