package dev.heddle.port.memif.channel;

/** Where things stand in a shared ring. All fields are in the machine's byte order. */
final class RingLayout {
  /** Tells that there is a ring: the first 32 bits. */
  static final int COOKIE = 0x3e31f20;

  static final int COOKIE_OFFSET_BYTES = 0;
  static final int DESCRIPTORS_OFFSET_BYTES = 128;
  static final int DESCRIPTOR_BYTES = 16;

  /** Within a descriptor: the region's index (16 bits), buffer's length and offset (32 bits). */
  static final int DESCRIPTOR_REGION_OFFSET_BYTES = 2;

  static final int DESCRIPTOR_LENGTH_OFFSET_BYTES = 4;
  static final int DESCRIPTOR_BUFFER_OFFSET_BYTES = 8;

  /**
   * What a peer's ring must be aligned to: enough for atomic access to head and tail and for a
   * descriptor not to straddle cache lines. Peers put rings of two descriptors 160 bytes apart, so
   * a whole cache line would be too much to ask.
   */
  static final int ALIGNMENT_BYTES = 16;

  private RingLayout() {}

  static long ringBytes(int log2Size) {
    return DESCRIPTORS_OFFSET_BYTES + ((long) DESCRIPTOR_BYTES << log2Size);
  }
}
