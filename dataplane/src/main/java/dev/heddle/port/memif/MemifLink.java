package dev.heddle.port.memif;

import dev.heddle.ffi.linux.SharedMapping;

/**
 * One connected memif peer as the workers see it: mapped regions and rings whose place and size
 * were checked at the handshake.
 *
 * <p>What lies in the regions stays the peer's to change at any time. The addresses are valid from
 * {@code linkUp} until the owner's {@code linkDown} returns; the control channel unmaps only then.
 */
public interface MemifLink {
  /**
   * One ring. Head and tail stand at its offsets 6 and 64, the descriptors at 128.
   *
   * @param address where the ring is mapped
   * @param log2Size logarithm of the number of descriptors
   * @param eventFd the ring's interrupt
   * @param bufferAddress where our own buffers start, slot 0 first; client role only, else 0
   * @param bufferRegion the region those buffers lie in
   * @param bufferRegionOffset offset of slot 0's buffer in that region
   * @param bufferBytes size of each of them
   */
  record Ring(
      long address,
      int log2Size,
      int eventFd,
      long bufferAddress,
      int bufferRegion,
      long bufferRegionOffset,
      int bufferBytes) {}

  /** Index of the pod interface that this link serves. */
  int interfaceIndex();

  /** Whether we are the server ("master"): the peer then owns all regions and buffers. */
  boolean server();

  /** Whether packets come without an Ethernet header. */
  boolean ipMode();

  /** Addresses of the mapped regions, by region index. */
  long[] regionAddresses();

  /** Their sizes in bytes. */
  long[] regionBytes();

  /** Address of our own buffer for a ring's first slot; 0 where the buffers are the peer's. */
  default long ownBuffers(Ring ring) {
    return server() ? 0 : regionAddresses()[ring.bufferRegion()] + ring.bufferRegionOffset();
  }

  /** Rings we take packets from. */
  Ring[] receiveRings();

  /** Rings we give packets to. */
  Ring[] transmitRings();

  /**
   * Whether the peer's memory is all there, so that no access to it faults. Asks the kernel, which
   * takes about as long as reading it; for when something is wrong already.
   */
  default boolean isMemoryPresent() {
    long[] addresses = regionAddresses();
    long[] bytes = regionBytes();
    for (int i = 0; i < addresses.length; i++) {
      if (!SharedMapping.isPresent(addresses[i], bytes[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reports an index that cannot be. The JVM tells of a fault only after the code that read the
   * index has gone on with a value from nowhere, so the kernel is asked which of both it was.
   */
  default void failOfIndex() {
    fail(isMemoryPresent() ? LinkFault.INDEX_JUMP : LinkFault.MEMORY_FAULT);
  }

  /** Asks, from any thread, that this peer be disconnected because it broke the protocol. */
  void fail(LinkFault fault);
}
