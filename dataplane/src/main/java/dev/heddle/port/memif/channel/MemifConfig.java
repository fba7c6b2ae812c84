package dev.heddle.port.memif.channel;

import java.util.Objects;
import java.util.Optional;

/**
 * One memif interface, valid by construction.
 *
 * @param interfaceIndex the pod interface's index, at least 0
 * @param name what the peer is told and operators see; at most 31 bytes of it travel
 * @param id tells interfaces on one socket apart, an unsigned 32-bit number
 * @param secret what a client must present; empty asks for none
 * @param receiveQueues rings we take packets from: as a server the most that a peer may bring
 * @param transmitQueues rings we give packets to: as a server the most that a peer may bring
 */
public record MemifConfig(
    int interfaceIndex,
    String name,
    MemifRole role,
    MemifMode mode,
    MemifSocket socket,
    long id,
    Optional<MemifSecret> secret,
    int receiveQueues,
    int transmitQueues,
    MemifMemory memory) {
  /** More queues than this no interface has. */
  public static final int MAX_QUEUES = 64;

  private static final long MAX_ID = 0xffff_ffffL;

  public MemifConfig {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(socket, "socket");
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(memory, "memory");
    if (interfaceIndex < 0) {
      throw new MemifConfigException("interfaceIndex", interfaceIndex, "give 0 or more");
    }
    if (name == null || name.isBlank()) {
      throw new MemifConfigException("name", '"' + name + '"', "give the interface a name");
    }
    if (id < 0 || id > MAX_ID) {
      throw new MemifConfigException("id", id, "give 0 to " + MAX_ID);
    }
    requireQueues("receiveQueues", receiveQueues);
    requireQueues("transmitQueues", transmitQueues);
    if (role == MemifRole.CLIENT) {
      requireRoom(receiveQueues, transmitQueues, memory);
    }
  }

  private static void requireQueues(String field, int queues) {
    if (queues < 1 || queues > MAX_QUEUES) {
      throw new MemifConfigException(field, queues, "give 1 to " + MAX_QUEUES + " queues");
    }
  }

  private static void requireRoom(int receiveQueues, int transmitQueues, MemifMemory memory) {
    long bytes = RegionLayout.regionBytes(receiveQueues + transmitQueues, memory);
    long mostBytes = Math.min(memory.maxRegionBytes(), RegionLayout.MAX_BYTES);
    if (bytes > mostBytes) {
      throw new MemifConfigException(
          "maxRegionBytes",
          memory.maxRegionBytes(),
          "the rings and buffers need "
              + bytes
              + " bytes and may have "
              + mostBytes
              + "; raise it (4 GiB is the most), or take fewer queues, smaller rings or buffers");
    }
  }
}
