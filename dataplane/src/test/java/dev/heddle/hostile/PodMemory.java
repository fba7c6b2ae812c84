package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.Memfd;
import dev.heddle.ffi.linux.SharedMapping;
import java.lang.foreign.MemorySegment;

/**
 * The memory that a client pod shares: one region with a ring in each direction, and for each
 * descriptor a buffer, between which nobody has business.
 *
 * <pre>
 *   0 ring to the daemon | ring from it | page boundary: buffers to the daemon | buffers from it
 *   each buffer: BUFFER_BYTES to be used, then GUARD_BYTES that must keep their value
 * </pre>
 */
final class PodMemory implements AutoCloseable {
  static final int LOG2_RING_SIZE = 8;
  static final int SLOTS = 1 << LOG2_RING_SIZE;
  static final int BUFFER_BYTES = 2048;
  static final int GUARD_BYTES = 128;

  private static final byte GUARD = (byte) 0xa5;
  private static final int STRIDE_BYTES = BUFFER_BYTES + GUARD_BYTES;
  private static final long RING_BYTES = WireRing.bytes(LOG2_RING_SIZE);
  static final long BUFFERS_OFFSET = (2 * RING_BYTES + 4095) / 4096 * 4096;

  static final long BYTES = BUFFERS_OFFSET + 2L * SLOTS * STRIDE_BYTES;
  static final long TO_DAEMON_RING_OFFSET = 0;
  static final long FROM_DAEMON_RING_OFFSET = RING_BYTES;

  private final int memfd;
  private final SharedMapping mapping;
  private final WireRing toDaemon;
  private final WireRing fromDaemon;
  private final int toDaemonEvent = EventFd.create();
  private final int fromDaemonEvent = EventFd.create();

  PodMemory() {
    this(Memfd.SEAL_SHRINK);
  }

  private PodMemory(int seals) {
    memfd = Memfd.create("hostile-pod", BYTES);
    Memfd.addSeals(memfd, seals);
    mapping = SharedMapping.of(memfd, BYTES);
    mapping.segment().fill(GUARD);
    mapping.segment().asSlice(0, 2 * RING_BYTES).fill((byte) 0);
    toDaemon = new WireRing(mapping.segment(), TO_DAEMON_RING_OFFSET, LOG2_RING_SIZE);
    fromDaemon = new WireRing(mapping.segment(), FROM_DAEMON_RING_OFFSET, LOG2_RING_SIZE);
    toDaemon.initialize();
    fromDaemon.initialize();
    fromDaemon.maskInterrupt(true);
  }

  /** Memory that can be taken away again. */
  static PodMemory unsealed() {
    return new PodMemory(0);
  }

  /** Takes away all but the first bytes: whoever touches the rest gets SIGBUS, the pod, too. */
  void takeAwayFrom(long bytes) {
    Memfd.resize(memfd, bytes);
  }

  int memfd() {
    return memfd;
  }

  SharedMapping mapping() {
    return mapping;
  }

  WireRing toDaemon() {
    return toDaemon;
  }

  WireRing fromDaemon() {
    return fromDaemon;
  }

  int toDaemonEvent() {
    return toDaemonEvent;
  }

  int fromDaemonEvent() {
    return fromDaemonEvent;
  }

  /** Where the buffer of a free-running index to the daemon begins. */
  static int toDaemonOffset(int index) {
    return (int) BUFFERS_OFFSET + (index & SLOTS - 1) * STRIDE_BYTES;
  }

  /** Where the buffer of a free-running index from the daemon begins. */
  static int fromDaemonOffset(int index) {
    return toDaemonOffset(0) + (SLOTS + (index & SLOTS - 1)) * STRIDE_BYTES;
  }

  void write(int offset, byte[] bytes) {
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, mapping.segment(), offset, bytes.length);
  }

  byte[] read(long offset, int length) {
    return mapping
        .segment()
        .asSlice(offset, length)
        .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
  }

  /** Nobody has written between the buffers, nor behind the last one. */
  void assertGuardsUntouched() {
    for (int buffer = 0; buffer < 2 * SLOTS; buffer++) {
      long guard = BUFFERS_OFFSET + (long) buffer * STRIDE_BYTES + BUFFER_BYTES;
      assertUntouched(guard, GUARD_BYTES);
    }
  }

  /** Nobody has written to these bytes, which no pod has used either. */
  void assertUntouched(long offset, int length) {
    for (byte b : read(offset, length)) {
      assertThat(b).as("byte near offset %d", offset).isEqualTo(GUARD);
    }
  }

  @Override
  public void close() {
    mapping.close();
    FileDescriptors.close(memfd);
    FileDescriptors.close(toDaemonEvent);
    FileDescriptors.close(fromDaemonEvent);
  }
}
