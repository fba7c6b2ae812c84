package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.SharedMapping;
import dev.heddle.memory.Memory;
import dev.heddle.port.memif.MemifLink.Ring;
import java.util.ArrayList;
import java.util.List;

/** Maps what a client offered. */
final class PeerMemory {
  private PeerMemory() {}

  /**
   * Maps a complete offer. The link then owns the interrupts; the regions' files are closed, since
   * their mappings keep them.
   *
   * @throws RefusedException where it cannot be mapped or holds no rings; the offer then still owns
   *     all its descriptors
   */
  static ConnectedLink link(MemifConfig config, PeerOffer offer, Runnable wakeControl)
      throws RefusedException {
    List<SharedMapping> regions = new ArrayList<>();
    try {
      for (PeerOffer.Region region : offer.regions()) {
        SharedMapping mapping = SharedMapping.of(region.fd(), region.bytes());
        regions.add(mapping);
        mapping.excludeFromCoreDump();
      }
      ConnectedLink link =
          new ConnectedLink(
              config,
              regions,
              rings(offer.ringsToServer(), regions),
              rings(offer.ringsToClient(), regions),
              wakeControl);
      Memory.raiseFaults();
      offer.regions().forEach(region -> FileDescriptors.close(region.fd()));
      return link;
    } catch (LinuxException | InternalError e) {
      // An InternalError is how the JVM tells that memory went away under an access.
      regions.forEach(SharedMapping::close);
      throw new RefusedException(LinkRefusal.REGION_UNMAPPABLE, "region cannot be mapped");
    } catch (RefusedException e) {
      regions.forEach(SharedMapping::close);
      throw e;
    }
  }

  private static List<Ring> rings(List<PeerOffer.Ring> offered, List<SharedMapping> regions)
      throws RefusedException {
    List<Ring> rings = new ArrayList<>();
    for (PeerOffer.Ring ring : offered) {
      long address = regions.get(ring.region()).address() + ring.offsetBytes();
      if (Memory.getInt(address + RingLayout.COOKIE_OFFSET_BYTES) != RingLayout.COOKIE) {
        throw new RefusedException(
            LinkRefusal.RING_COOKIE, "no ring at " + ring.offsetBytes() + " of its region");
      }
      rings.add(new Ring(address, ring.log2Size(), ring.eventFd(), 0, 0, 0, 0));
    }
    return rings;
  }
}
