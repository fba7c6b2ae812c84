package dev.heddle.port.memif;

import dev.heddle.memory.Memory;

/** A ring as its other side sees it. */
record PeerRing(MemifLink.Ring ring) {
  private long descriptor(int index) {
    int slot = index & (1 << ring.log2Size()) - 1;
    return ring.address() + RingLayout.DESCRIPTORS_OFFSET + slot * 16L;
  }

  void put(int index, int flags, int region, int length, long offset) {
    Memory.putLong(descriptor(index), RingLayout.descriptorLow(flags, region, length));
    Memory.putLong(descriptor(index) + 8, offset);
  }

  /** As a server does it: region and offset are the client's. */
  void fill(int index, int flags, int length) {
    Memory.putShort(descriptor(index), (short) flags);
    Memory.putInt(descriptor(index) + 4, length);
  }

  /** The receiver does not sleep, and wants no interrupts. */
  void maskInterrupt() {
    Memory.putShort(
        ring.address() + RingLayout.FLAGS_OFFSET, (short) RingLayout.FLAG_MASK_INTERRUPT);
  }

  int flags(int index) {
    return Memory.getShort(descriptor(index));
  }

  int length(int index) {
    return Memory.getInt(descriptor(index) + 4);
  }

  long offset(int index) {
    return RingLayout.offset(Memory.getLong(descriptor(index) + 8));
  }

  int head() {
    return RingLayout.indexAcquire(ring.address(), RingLayout.HEAD_OFFSET);
  }

  int tail() {
    return RingLayout.indexAcquire(ring.address(), RingLayout.TAIL_OFFSET);
  }

  void head(int index) {
    Memory.putShortRelease(ring.address() + RingLayout.HEAD_OFFSET, (short) index);
  }

  void tail(int index) {
    Memory.putShortRelease(ring.address() + RingLayout.TAIL_OFFSET, (short) index);
  }
}
