package dev.heddle.observe;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import net.openhft.chronicle.bytes.MappedBytesStore;
import net.openhft.chronicle.bytes.MappedFile;
import net.openhft.chronicle.core.io.ReferenceOwner;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Carries packets from the worker that sees them to the one thread that stores them: a bounded ring
 * in a memory-mapped file. The worker never waits: what finds no room is counted as lost.
 *
 * <pre>
 * long 0   when the packet was seen, nanoseconds since 1970
 * int  8   bytes that follow
 * int  12  bytes of the packet before it was cut off
 * int  16  direction: {@link #IN} or {@link #OUT}
 * int  20  ordinal of the {@link DropReason}, or -1
 *      24  the packet's first bytes
 * </pre>
 */
public final class CaptureRing implements AutoCloseable {
  /** Direction of a packet that the interface's peer sent. */
  public static final int IN = 1;

  /** Direction of a packet that is for the interface's peer. */
  public static final int OUT = 2;

  /** In place of a drop reason. */
  public static final int NOT_DROPPED = -1;

  /** No packet is longer, large segments of kernel pods with their headers included. */
  public static final int MAX_PACKET_BYTES = 1 << 17;

  static final int HEADER_BYTES = 24;

  private static final int TIME_OFFSET = 0;
  private static final int PRESENT_OFFSET = 8;
  private static final int LENGTH_OFFSET = 12;
  private static final int DIRECTION_OFFSET = 16;
  private static final int REASON_OFFSET = 20;

  private static final int PACKET = 1;
  private static final int CAPACITY_BYTES = 1 << 22;
  private static final int LOST_OFFSET = CAPACITY_BYTES + RingBufferDescriptor.TRAILER_LENGTH;
  private static final int FILE_BYTES = LOST_OFFSET + 4096 - LOST_OFFSET % 4096;

  private final UnsafeBuffer memory;
  private final OneToOneRingBuffer ring;
  private final AutoCloseable mapping;

  /** Takes what was in a ring. */
  @FunctionalInterface
  public interface Reader {
    /**
     * One packet.
     *
     * @param reason ordinal of the {@link DropReason}, or {@link #NOT_DROPPED}
     * @param packet has its first {@code presentBytes} from {@code offset} on, during this call
     * @param packetBytes how long it was
     */
    void packet(
        long timeNs,
        int direction,
        int reason,
        DirectBuffer packet,
        int offset,
        int presentBytes,
        int packetBytes);
  }

  private CaptureRing(UnsafeBuffer memory, AutoCloseable mapping) {
    this.memory = memory;
    this.ring = new OneToOneRingBuffer(new UnsafeBuffer(memory, 0, LOST_OFFSET));
    this.mapping = mapping;
  }

  /**
   * Creates a ring in a new file, which only its owner can read and which is gone after {@link
   * #close}.
   *
   * @throws IOException if the file cannot be had, with all its room
   */
  public static CaptureRing create(Path path) throws IOException {
    reserve(path);
    try {
      Owner owner = new Owner();
      MappedFile file = MappedFile.ofSingle(path.toFile(), FILE_BYTES, false);
      MappedBytesStore store = file.acquireByteStore(owner, 0);
      AutoCloseable unmap =
          () -> {
            store.release(owner);
            file.releaseLast();
            Files.deleteIfExists(path);
          };
      return new CaptureRing(new UnsafeBuffer(store.addressForWrite(0), FILE_BYTES), unmap);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** A file system without room shall say so now; a worker would be told by a fault. */
  private static void reserve(Path path) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
      for (int at = 0; at < FILE_BYTES; at += zeros.position()) {
        zeros.clear().limit(Math.min(zeros.capacity(), FILE_BYTES - at));
        while (zeros.hasRemaining()) {
          file.write(zeros);
        }
      }
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** A ring that no file has, in memory of {@code arena}. */
  public static CaptureRing inMemory(Arena arena) {
    return new CaptureRing(
        new UnsafeBuffer(arena.allocate(FILE_BYTES, 4096).address(), FILE_BYTES), () -> {});
  }

  /**
   * Worker: makes room for a packet and says what is known of it by now; counts it as lost if there
   * is none.
   *
   * @return where it is, for {@link #packetAddress}, {@link #reason} and {@link #commit}; negative
   *     if there is no room
   */
  int claim(long timeNs, int direction, int presentBytes, int packetBytes) {
    int at = ring.tryClaim(PACKET, HEADER_BYTES + presentBytes);
    if (at < 0) {
      memory.putLongRelease(LOST_OFFSET, memory.getLong(LOST_OFFSET) + 1);
      return at;
    }
    AtomicBuffer buffer = ring.buffer();
    buffer.putLong(at + TIME_OFFSET, timeNs);
    buffer.putInt(at + PRESENT_OFFSET, presentBytes);
    buffer.putInt(at + LENGTH_OFFSET, packetBytes);
    buffer.putInt(at + DIRECTION_OFFSET, direction);
    buffer.putInt(at + REASON_OFFSET, NOT_DROPPED);
    return at;
  }

  /** Worker: address for the first byte of a packet that was claimed. */
  long packetAddress(int at) {
    return memory.addressOffset() + at + HEADER_BYTES;
  }

  /** Worker: says why a packet that was claimed is dropped. */
  void reason(int at, int reason) {
    ring.buffer().putInt(at + REASON_OFFSET, reason);
  }

  /** Worker: gives a packet that was claimed to the reader. */
  void commit(int at) {
    ring.commit(at);
  }

  /** Reader: takes up to so many packets; returns how many there were. */
  public int read(Reader reader, int limit) {
    MessageHandler handler =
        (type, buffer, at, length) ->
            reader.packet(
                buffer.getLong(at + TIME_OFFSET),
                buffer.getInt(at + DIRECTION_OFFSET),
                buffer.getInt(at + REASON_OFFSET),
                buffer,
                at + HEADER_BYTES,
                buffer.getInt(at + PRESENT_OFFSET),
                buffer.getInt(at + LENGTH_OFFSET));
    return ring.read(handler, limit);
  }

  /** Packets that found no room so far. */
  public long lost() {
    return memory.getLongVolatile(LOST_OFFSET);
  }

  /** Unmaps and removes the file. Nobody may use the ring any more. */
  @Override
  public void close() throws IOException {
    try {
      mapping.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Who has the mapping, as Chronicle counts it. */
  private static final class Owner implements ReferenceOwner {}
}
