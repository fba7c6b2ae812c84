package dev.heddle.port.memif;

import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.packet.Batch;
import dev.heddle.port.RxQueue;

/**
 * Takes packets from a memif ring that a peer fills, and believes nothing of what stands in it.
 *
 * <p>Each descriptor is read once, as two longs, and checked before its packet enters the batch. A
 * packet that spans several descriptors is gathered into memory of our own, so that all later
 * stages see one contiguous frame.
 */
public final class MemifRxQueue implements RxQueue {
  /** Longest frame that is taken: an IP packet of 9,216 bytes, the largest MTU, in Ethernet. */
  public static final int MAX_FRAME_BYTES = 9216 + Batch.ETHERNET_BYTES;

  private static final int INDEX_MASK = 0xffff;
  private static final long NOT_REGION = 0xffff_ffff_0000_ffffL;

  private final MemifLink link;
  private final MemifLink.Ring ring;
  private final long descriptors;
  private final int slots;
  private final boolean server;
  private final int producerOffset;
  private final int consumerOffset;
  private final int headerShift;
  private final int maxDescriptorBytes;
  private final long[] regionAddresses;
  private final long[] regionBytes;
  private final long ownBuffers;
  private final GatherBuffer gather;

  /** Free-running index of the next descriptor to take. */
  private int next;

  private int consumed;

  /**
   * The region that the last descriptor named: its number as a descriptor has it, and its place.
   */
  private long regionTag = -1;

  private long regionBase;
  private long regionSize;
  private boolean failed;

  /**
   * @param ring one of the link's receive rings
   * @param gather memory of the polling worker for packets of several descriptors
   */
  public MemifRxQueue(MemifLink link, MemifLink.Ring ring, GatherBuffer gather) {
    this.link = link;
    this.ring = ring;
    this.descriptors = ring.address() + RingLayout.DESCRIPTORS_OFFSET;
    this.slots = 1 << ring.log2Size();
    this.server = link.server();
    // As server we take what the client's head offers; as client, buffers that the server's tail
    // filled.
    this.producerOffset = server ? RingLayout.HEAD_OFFSET : RingLayout.TAIL_OFFSET;
    this.consumerOffset = server ? RingLayout.TAIL_OFFSET : RingLayout.HEAD_OFFSET;
    this.headerShift = link.ipMode() ? Batch.ETHERNET_BYTES : 0;
    this.maxDescriptorBytes =
        server ? MAX_FRAME_BYTES : Math.min(MAX_FRAME_BYTES, ring.bufferBytes());
    this.regionAddresses = link.regionAddresses();
    this.regionBytes = link.regionBytes();
    this.ownBuffers = link.ownBuffers(ring);
    this.gather = gather;
    enableInterrupt(false);
    if (!server) {
      offer(slots);
    }
  }

  @Override
  public int interfaceIndex() {
    return link.interfaceIndex();
  }

  @Override
  public boolean ipMode() {
    return link.ipMode();
  }

  @Override
  public int eventFd() {
    return ring.eventFd();
  }

  @Override
  public int receive(Batch batch, long countersRow) {
    batch.count = 0;
    batch.hasOffloads = false;
    int available = available();
    if (available == 0) {
      return 0;
    }
    gather.reset();
    int limit = Math.min(available, Batch.CAPACITY);
    int packets = 0;
    int taken = 0;
    while (taken < limit) {
      int plain = server ? receiveTheirs(batch, taken, limit) : receiveOwn(batch, taken, limit);
      packets += plain;
      taken += plain;
      if (taken < limit) {
        taken += receiveUnusual(batch, taken, available, countersRow);
        packets++;
      }
    }
    consumed = taken;
    return packets;
  }

  /**
   * Takes packets of one good descriptor each from the peer's buffers, up to the first that is
   * otherwise.
   *
   * @return how many
   */
  private int receiveTheirs(Batch batch, int taken, int limit) {
    long[] frames = batch.frame;
    int[] lengths = batch.lengthBytes;
    int packet = batch.count;
    long tag = regionTag;
    long base = regionBase - headerShift;
    long size = regionSize;
    int at = next + taken;
    int end = next + limit;
    for (; at < end; at++) {
      long descriptor = descriptorAt(at);
      long low = Memory.getLong(descriptor);
      long offset = RingLayout.offset(Memory.getLong(descriptor + 8));
      if ((low & 0xffff_ffffL) != tag) {
        if (RingLayout.flags(low) != 0 || !selectRegion(RingLayout.region(low))) {
          break;
        }
        tag = regionTag;
        base = regionBase - headerShift;
        size = regionSize;
      }
      int length = RingLayout.length(low);
      if (Integer.compareUnsigned(length - 1, MAX_FRAME_BYTES) >= 0
          || offset + Math.max(length, Batch.READABLE_BYTES) > size) {
        break;
      }
      frames[packet] = base + offset;
      lengths[packet++] = length + headerShift;
    }
    batch.count = packet;
    return at - next - taken;
  }

  /** The same from our own buffers: only flags and length are the peer's to say. */
  private int receiveOwn(Batch batch, int taken, int limit) {
    long[] frames = batch.frame;
    int[] lengths = batch.lengthBytes;
    int packet = batch.count;
    long buffers = ownBuffers - headerShift;
    int bufferBytes = ring.bufferBytes();
    int most = maxDescriptorBytes;
    int at = next + taken;
    int end = next + limit;
    for (; at < end; at++) {
      long low = Memory.getLong(descriptorAt(at));
      int length = RingLayout.length(low);
      if (Integer.compareUnsigned(length - 1, most) >= 0 || RingLayout.flags(low) != 0) {
        break;
      }
      frames[packet] = buffers + (long) (at & slots - 1) * bufferBytes;
      lengths[packet++] = length + headerShift;
    }
    batch.count = packet;
    return at - next - taken;
  }

  private long descriptorAt(int index) {
    return descriptors + ((long) (index & slots - 1) << 4);
  }

  private boolean selectRegion(int region) {
    if (region >= regionBytes.length) {
      return false;
    }
    regionTag = (long) region << 16;
    regionBase = regionAddresses[region];
    regionSize = regionBytes[region];
    return true;
  }

  @Override
  public void release() {
    next = next + consumed & INDEX_MASK;
    if (server) {
      Memory.putShortRelease(ring.address() + consumerOffset, (short) next);
    } else {
      offer(consumed);
    }
    consumed = 0;
  }

  @Override
  public boolean check() {
    boolean present = link.isMemoryPresent();
    if (!present) {
      link.fail(LinkFault.MEMORY_FAULT);
    }
    return present;
  }

  @Override
  public boolean enableInterrupt(boolean enabled) {
    Memory.putShort(
        ring.address() + RingLayout.FLAGS_OFFSET,
        (short) (enabled ? 0 : RingLayout.FLAG_MASK_INTERRUPT));
    // The producer stores its index and then reads the flag; we store the flag and then read the
    // index.
    Memory.fullFence();
    return enabled && available() > 0;
  }

  private int available() {
    int index = RingLayout.indexAcquire(ring.address(), producerOffset);
    int available = index - next & INDEX_MASK;
    if (available > slots) {
      if (!failed) {
        link.failOfIndex();
        failed = true;
      }
      return 0;
    }
    return failed ? 0 : available;
  }

  /** As client the buffers are ours: only flags and length are the peer's to say. */
  private long ownTag() {
    return (long) ring.bufferRegion() << 16;
  }

  private long ownOffset(int index) {
    return ring.bufferRegionOffset() + (long) (index & slots - 1) * ring.bufferBytes();
  }

  /**
   * Offers our own buffers to the server again, client role. {@code count} descriptors from {@code
   * next - count} on.
   */
  private void offer(int count) {
    for (int i = 0; i < count; i++) {
      int slot = next - count + i & slots - 1;
      long descriptor = descriptorAt(slot);
      Memory.putLong(
          descriptor, RingLayout.descriptorLow(0, ring.bufferRegion(), ring.bufferBytes()));
      Memory.putLong(descriptor + 8, ownOffset(slot));
    }
    Memory.putShortRelease(ring.address() + consumerOffset, (short) (next + slots));
  }

  /**
   * Takes one packet whose first descriptor is bad or the start of a chain.
   *
   * @return descriptors consumed
   */
  private int receiveUnusual(Batch batch, int taken, int available, long countersRow) {
    long destination = gather.slot();
    int bytes = 0;
    int walked = 0;
    DropReason bad = null;
    boolean more = true;
    while (more && taken + walked < available) {
      int slot = next + taken + walked & slots - 1;
      long descriptor = descriptorAt(slot);
      long low = Memory.getLong(descriptor);
      long high = Memory.getLong(descriptor + 8);
      if (!server) {
        low = low & NOT_REGION | ownTag();
        high = ownOffset(slot);
      }
      walked++;
      more = (RingLayout.flags(low) & RingLayout.FLAG_NEXT) != 0;
      if (more) {
        // A peer that only adds flags when it uses the descriptor again (DPDK's net_memif) would
        // otherwise chain packets to each other that are none of a chain.
        Memory.putShort(descriptor, (short) 0);
      }
      int length = RingLayout.length(low);
      if (bad == null) {
        bad = whyBad(low, high, bytes);
      }
      if (bad == null) {
        Memory.copy(
            regionAddresses[RingLayout.region(low)] + RingLayout.offset(high),
            destination + headerShift + bytes,
            length);
        bytes += length;
      }
    }
    if (bad == null && more) {
      bad = DropReason.RX_BAD_CHAIN;
    }
    if (bad == null) {
      batch.frame[batch.count] = destination;
      batch.lengthBytes[batch.count++] = bytes + headerShift;
      gather.commit();
    } else {
      InterfaceCounter.drop(countersRow, bad.ordinal(), 1);
    }
    return walked;
  }

  private DropReason whyBad(long low, long high, int bytesBefore) {
    int length = RingLayout.length(low);
    int region = RingLayout.region(low);
    if (region >= regionBytes.length) {
      return DropReason.RX_BAD_REGION;
    }
    if (length <= 0 || length > maxDescriptorBytes) {
      return DropReason.RX_BAD_LENGTH;
    }
    if (RingLayout.offset(high) + length > regionBytes[region]) {
      return DropReason.RX_BAD_RANGE;
    }
    return bytesBefore + length > MAX_FRAME_BYTES ? DropReason.RX_BAD_CHAIN : null;
  }
}
