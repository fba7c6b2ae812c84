package dev.heddle.port.memif.channel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The regions and rings that a client has offered to us so far, each checked as it comes. Nothing
 * here touches the shared memory itself.
 */
final class PeerOffer {
  /** Region indexes are below this. Real peers need one, DPDK's zero-copy client a few. */
  static final int MAX_REGIONS = 32;

  /** A region whose file holds at least {@code bytes} bytes. */
  record Region(int fd, long bytes) {}

  /** A ring that lies within its region. */
  record Ring(int region, long offsetBytes, int log2Size, int eventFd) {}

  private final MemifConfig config;
  private final List<Region> regions = new ArrayList<>();
  private final Ring[] toServer;
  private final Ring[] toClient;
  private long totalBytes;

  PeerOffer(MemifConfig config) {
    this.config = config;
    this.toServer = new Ring[config.receiveQueues()];
    this.toClient = new Ring[config.transmitQueues()];
  }

  /** Whether INIT fits the interface. */
  static void requireFitting(ControlMessage.Init init, MemifConfig config) throws RefusedException {
    if (init.mode() != config.mode().wireValue()) {
      throw new RefusedException(LinkRefusal.MODE, "this interface has mode " + config.mode());
    }
    if (config.secret().isPresent() && !config.secret().get().equals(init.secret())) {
      throw new RefusedException(
          LinkRefusal.SECRET, init.secret().isNone() ? "secret required" : "wrong secret");
    }
  }

  /** Takes the region over, or refuses it and leaves its descriptor to the caller. */
  void addRegion(ControlMessage.AddRegion message, SharedFile file) throws RefusedException {
    MemifMemory memory = config.memory();
    if (message.index() != regions.size() || message.index() >= MAX_REGIONS) {
      throw new RefusedException(
          LinkRefusal.REGION_INDEX,
          "region " + message.index() + " where " + regions.size() + " is due");
    }
    long roomBytes = memory.maxRegionBytes() - totalBytes;
    if (message.bytes() <= 0 || message.bytes() > roomBytes) {
      throw new RefusedException(
          LinkRefusal.REGION_SIZE,
          "region of " + Long.toUnsignedString(message.bytes()) + " bytes, room for " + roomBytes);
    }
    if (!file.isMemory()) {
      throw new RefusedException(LinkRefusal.REGION_UNMAPPABLE, "region is no memory file");
    }
    if (file.isHugetlb() && !memory.allowHugetlb()) {
      throw new RefusedException(LinkRefusal.REGION_HUGETLB, "region of huge pages");
    }
    if (!file.isShrinkSealed() && !memory.allowUnsealed()) {
      throw new RefusedException(LinkRefusal.REGION_UNSEALED, "region without F_SEAL_SHRINK");
    }
    if (file.bytes() < message.bytes()) {
      throw new RefusedException(
          LinkRefusal.REGION_SHORT,
          "region declared with " + message.bytes() + " bytes has " + file.bytes());
    }
    totalBytes += message.bytes();
    regions.add(new Region(file.fd(), message.bytes()));
  }

  /** Takes the ring over, or refuses it and leaves its descriptor to the caller. */
  void addRing(ControlMessage.AddRing message, int eventFd) throws RefusedException {
    Ring[] rings = message.clientToServer() ? toServer : toClient;
    if (message.index() >= rings.length) {
      throw new RefusedException(
          LinkRefusal.RING_INDEX, "ring " + message.index() + " of " + rings.length);
    }
    if (rings[message.index()] != null) {
      throw new RefusedException(LinkRefusal.RING_INDEX, "ring " + message.index() + " again");
    }
    if (message.privateHeaderBytes() != 0) {
      throw new RefusedException(LinkRefusal.RING_PRIVATE_HEADER, "private headers unsupported");
    }
    int log2Size = message.log2Size();
    if (log2Size < MemifMemory.MIN_LOG2_RING_SIZE || log2Size > config.memory().log2RingSize()) {
      throw new RefusedException(
          LinkRefusal.RING_SIZE,
          "log2 ring size " + log2Size + ", at most " + config.memory().log2RingSize());
    }
    requirePlace(message);
    rings[message.index()] =
        new Ring(message.region(), message.offsetBytes(), message.log2Size(), eventFd);
  }

  private void requirePlace(ControlMessage.AddRing message) throws RefusedException {
    if (message.region() >= regions.size()) {
      throw new RefusedException(
          LinkRefusal.RING_PLACE, "ring in unknown region " + message.region());
    }
    long regionBytes = regions.get(message.region()).bytes();
    long endBytes = message.offsetBytes() + RingLayout.ringBytes(message.log2Size());
    if (endBytes > regionBytes || message.offsetBytes() % RingLayout.ALIGNMENT_BYTES != 0) {
      throw new RefusedException(
          LinkRefusal.RING_PLACE,
          "ring at " + message.offsetBytes() + " to " + endBytes + " of " + regionBytes);
    }
  }

  /** Whether each direction has a ring, and no gap. */
  void requireComplete() throws RefusedException {
    requireContiguous(toServer, "to the server");
    requireContiguous(toClient, "to the client");
  }

  private static void requireContiguous(Ring[] rings, String direction) throws RefusedException {
    int count = count(rings);
    if (count == 0 || Arrays.asList(rings).subList(0, count).contains(null)) {
      throw new RefusedException(LinkRefusal.RING_MISSING, "ring missing " + direction);
    }
  }

  private static int count(Ring[] rings) {
    return (int) Arrays.stream(rings).filter(ring -> ring != null).count();
  }

  List<Region> regions() {
    return regions;
  }

  /** The rings we receive from, once complete. */
  List<Ring> ringsToServer() {
    return List.of(Arrays.copyOf(toServer, count(toServer)));
  }

  /** The rings we transmit to, once complete. */
  List<Ring> ringsToClient() {
    return List.of(Arrays.copyOf(toClient, count(toClient)));
  }

  /** Every descriptor taken over so far. */
  List<Integer> descriptors() {
    List<Integer> descriptors = new ArrayList<>();
    regions.forEach(region -> descriptors.add(region.fd()));
    for (Ring[] rings : List.of(toServer, toClient)) {
      Arrays.stream(rings).filter(ring -> ring != null).forEach(r -> descriptors.add(r.eventFd()));
    }
    return descriptors;
  }
}
