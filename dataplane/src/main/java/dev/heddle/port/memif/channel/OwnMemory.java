package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.Memfd;
import dev.heddle.ffi.linux.SharedMapping;
import dev.heddle.memory.Memory;
import dev.heddle.port.memif.MemifLink.Ring;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory that we share as a client: one sealed region with rings and buffers, and an interrupt
 * per ring.
 */
final class OwnMemory implements AutoCloseable {
  private static final int REGION = 0;

  private final RegionLayout layout;
  private final int memfd;
  private final SharedMapping mapping;
  private final List<Integer> eventFds;
  private boolean isLinked;

  private OwnMemory(RegionLayout layout, int memfd, SharedMapping mapping, List<Integer> eventFds) {
    this.layout = layout;
    this.memfd = memfd;
    this.mapping = mapping;
    this.eventFds = eventFds;
  }

  /**
   * Creates the region with empty rings.
   *
   * @throws LinuxException where memory or descriptors are short
   */
  static OwnMemory create(RegionLayout layout) {
    int memfd = Memfd.create("heddle-memif", layout.totalBytes());
    SharedMapping mapping = null;
    List<Integer> eventFds = new ArrayList<>();
    try {
      Memfd.addSeals(memfd, Memfd.SEAL_SHRINK | Memfd.SEAL_GROW | Memfd.SEAL_SEAL);
      mapping = SharedMapping.of(memfd, layout.totalBytes());
      mapping.populate();
      mapping.excludeFromCoreDump();
      for (int ring = 0; ring < layout.rings(); ring++) {
        initialize(layout, mapping.address(), ring);
        eventFds.add(EventFd.create());
      }
      return new OwnMemory(layout, memfd, mapping, eventFds);
    } catch (LinuxException e) {
      eventFds.forEach(FileDescriptors::close);
      if (mapping != null) {
        mapping.close();
      }
      FileDescriptors.close(memfd);
      throw e;
    }
  }

  /** The cookie, and a buffer for each descriptor; all else is zero as the kernel gave it. */
  private static void initialize(RegionLayout layout, long regionAddress, int ring) {
    long address = regionAddress + layout.ringOffsetBytes(ring);
    Memory.putInt(address + RingLayout.COOKIE_OFFSET_BYTES, RingLayout.COOKIE);
    long descriptor = address + RingLayout.DESCRIPTORS_OFFSET_BYTES;
    long bufferOffset = layout.bufferOffsetBytes(ring);
    for (int slot = 0; slot < 1 << layout.log2RingSize(); slot++) {
      Memory.putShort(descriptor + RingLayout.DESCRIPTOR_REGION_OFFSET_BYTES, (short) REGION);
      Memory.putInt(descriptor + RingLayout.DESCRIPTOR_LENGTH_OFFSET_BYTES, layout.bufferBytes());
      Memory.putInt(descriptor + RingLayout.DESCRIPTOR_BUFFER_OFFSET_BYTES, (int) bufferOffset);
      descriptor += RingLayout.DESCRIPTOR_BYTES;
      bufferOffset += layout.bufferBytes();
    }
  }

  /** The messages that share all of it, in the order they are to be sent. */
  List<ControlSocket.Parcel> messages() {
    List<ControlSocket.Parcel> messages = new ArrayList<>();
    messages.add(
        new ControlSocket.Parcel(new ControlMessage.AddRegion(REGION, layout.totalBytes()), memfd));
    for (int ring = 0; ring < layout.rings(); ring++) {
      boolean toServer = ring < layout.toServerRings();
      messages.add(
          new ControlSocket.Parcel(
              new ControlMessage.AddRing(
                  toServer,
                  toServer ? ring : ring - layout.toServerRings(),
                  REGION,
                  layout.ringOffsetBytes(ring),
                  layout.log2RingSize(),
                  0),
              eventFds.get(ring)));
    }
    return messages;
  }

  /** Hands mapping and interrupts over to a link; the region's file is closed. */
  ConnectedLink link(MemifConfig config, Runnable wakeControl) {
    List<Ring> rings = new ArrayList<>();
    for (int ring = 0; ring < layout.rings(); ring++) {
      long bufferOffset = layout.bufferOffsetBytes(ring);
      rings.add(
          new Ring(
              mapping.address() + layout.ringOffsetBytes(ring),
              layout.log2RingSize(),
              eventFds.get(ring),
              mapping.address() + bufferOffset,
              REGION,
              bufferOffset,
              layout.bufferBytes()));
    }
    isLinked = true;
    FileDescriptors.close(memfd);
    return new ConnectedLink(
        config,
        List.of(mapping),
        rings.subList(layout.toServerRings(), layout.rings()),
        rings.subList(0, layout.toServerRings()),
        wakeControl);
  }

  /** Gives everything back, unless a link has it. */
  @Override
  public void close() {
    if (!isLinked) {
      eventFds.forEach(FileDescriptors::close);
      mapping.close();
      FileDescriptors.close(memfd);
    }
  }
}
