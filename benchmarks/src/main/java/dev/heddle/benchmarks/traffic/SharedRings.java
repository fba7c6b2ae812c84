package dev.heddle.benchmarks.traffic;

import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.Memfd;
import dev.heddle.ffi.linux.SharedMapping;
import dev.heddle.memory.Memory;

/**
 * The one memory region of a generator's interface: a ring to the server, a ring from it and the
 * buffers of both. There is also a ring from the server that never has a buffer, for servers that
 * send through another ring than the first.
 *
 * <p>The transmit ring may have more buffers than descriptors: the generator then walks through
 * them, so that a run meets more destinations than a ring has slots.
 */
public final class SharedRings implements AutoCloseable {
  static final int REGION = 0;
  private static final int PAGE_BYTES = 4096;

  /**
   * Sizes of an interface.
   *
   * @param log2Size logarithm of the descriptors in either ring
   * @param bufferBytes distance of buffers and capacity of a receive buffer
   * @param transmitBuffers buffers to send from, at least one a descriptor; a power of two
   */
  public record Shape(int log2Size, int bufferBytes, int transmitBuffers) {
    public Shape {
      if (transmitBuffers < 1 << log2Size || Integer.bitCount(transmitBuffers) != 1) {
        throw new IllegalArgumentException(
            "transmitBuffers is %d: must be a power of two of at least %d"
                .formatted(transmitBuffers, 1 << log2Size));
      }
    }

    /** The shape of peers' own defaults: 1024 descriptors and as many buffers of 2 KiB. */
    public static Shape standard() {
      return new Shape(10, 2048, 1024);
    }
  }

  private final Shape shape;
  private final long receiveRingOffset;
  private final long emptyRingOffset;
  private final long transmitBuffersOffset;
  private final long receiveBuffersOffset;
  private final long bytes;
  private final int fd;
  private final SharedMapping mapping;
  private final long base;

  public SharedRings(Shape shape) {
    this.shape = shape;
    int slots = 1 << shape.log2Size();
    receiveRingOffset = roundUp(RingLayout.bytes(shape.log2Size()));
    emptyRingOffset = receiveRingOffset + roundUp(RingLayout.bytes(shape.log2Size()));
    transmitBuffersOffset = emptyRingOffset + roundUp(RingLayout.bytes(shape.log2Size()));
    long transmitBytes = (long) shape.transmitBuffers() * shape.bufferBytes();
    receiveBuffersOffset = transmitBuffersOffset + roundUp(transmitBytes);
    bytes = receiveBuffersOffset + roundUp((long) slots * shape.bufferBytes());
    if (bytes > 1L << 32) {
      throw new IllegalArgumentException("a memif offset has 32 bits, the region " + bytes);
    }
    fd = Memfd.create("heddle-bench", bytes);
    Memfd.addSeals(fd, Memfd.SEAL_SHRINK);
    mapping = SharedMapping.of(fd, bytes);
    mapping.populate();
    base = mapping.address();
    RingLayout.initialise(transmitRing(), shape.log2Size(), REGION, (short) 0);
    RingLayout.initialise(receiveRing(), shape.log2Size(), REGION, RingLayout.FLAG_MASK_INTERRUPT);
    RingLayout.initialise(
        base + emptyRingOffset, shape.log2Size(), REGION, RingLayout.FLAG_MASK_INTERRUPT);
    for (int slot = 0; slot < slots; slot++) {
      RingLayout.describe(receiveRing(), slot, shape.bufferBytes(), receiveOffset(slot));
    }
  }

  /** Puts a frame into a transmit buffer; the first ones are also put into their descriptors. */
  public void fill(int buffer, byte[] frame) {
    if (frame.length > shape.bufferBytes()) {
      throw new IllegalArgumentException("a frame of " + frame.length + " bytes fits no buffer");
    }
    long address = base + Integer.toUnsignedLong(transmitOffset(buffer));
    for (int i = 0; i < frame.length; i++) {
      Memory.putByte(address + i, frame[i]);
    }
    if (buffer < 1 << shape.log2Size()) {
      RingLayout.describe(transmitRing(), buffer, frame.length, transmitOffset(buffer));
    }
  }

  /** Sends a single frame to the server; not from rings that a generator offers buffers in. */
  public void send(byte[] frame) {
    int head = RingLayout.head(transmitRing());
    int slot = head & slotMask();
    fill(slot, frame);
    RingLayout.head(transmitRing(), (head + 1) & RingLayout.INDEX_MASK);
  }

  public Shape shape() {
    return shape;
  }

  /** Where the region is mapped. */
  public long address() {
    return base;
  }

  /** Address of the ring towards the server. */
  public long transmitRing() {
    return base;
  }

  /** Address of the ring from the server. */
  public long receiveRing() {
    return base + receiveRingOffset;
  }

  int slotMask() {
    return (1 << shape.log2Size()) - 1;
  }

  int emptyRingOffset() {
    return (int) emptyRingOffset;
  }

  int receiveRingOffset() {
    return (int) receiveRingOffset;
  }

  int transmitOffset(int buffer) {
    return (int) (transmitBuffersOffset + (long) buffer * shape.bufferBytes());
  }

  int receiveOffset(int slot) {
    return (int) (receiveBuffersOffset + (long) slot * shape.bufferBytes());
  }

  /** Address of the buffer that a descriptor to the server names now. */
  long transmitted(int slot) {
    return addressOf(
        Memory.getInt(RingLayout.descriptor(transmitRing(), slot) + RingLayout.DESCRIPTOR_OFFSET));
  }

  long addressOf(int offset) {
    return base + Integer.toUnsignedLong(offset);
  }

  int fd() {
    return fd;
  }

  /** Size of the region. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    mapping.close();
    FileDescriptors.close(fd);
  }

  private static long roundUp(long value) {
    return (value + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  }
}
