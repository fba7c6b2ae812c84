package dev.heddle.hostile;

import dev.heddle.ffi.linux.SharedMapping;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pod's end of a memif connection, in either role. What it does here is right; tests reach past
 * it, to the rings and the memory, to do wrong.
 *
 * <p>A pod is used by one thread at a time.
 */
abstract class Pod implements AutoCloseable {
  /** Carries what the pod sends, whichever role it has. */
  abstract WireRing toDaemon();

  /** Carries what the pod receives. */
  abstract WireRing fromDaemon();

  /** The shared memory, by region index. */
  abstract SharedMapping region(int index);

  /** The event descriptor by which the daemon tells that it has sent. */
  abstract int fromDaemonEvent();

  abstract ControlLine control();

  /**
   * Sends a frame, over several buffers where one is too small; false where the ring has no room
   * for all of it now.
   */
  final boolean send(byte[] frame) {
    int pieces = Math.ceilDiv(frame.length, PodMemory.BUFFER_BYTES);
    if (room() < pieces) {
      return false;
    }
    for (int piece = 0; piece < pieces; piece++) {
      int from = piece * PodMemory.BUFFER_BYTES;
      int to = Math.min(from + PodMemory.BUFFER_BYTES, frame.length);
      fill(piece, Arrays.copyOfRange(frame, from, to));
      toDaemon().setFlags(sendIndex() + piece, to < frame.length ? WireRing.NEXT : 0);
    }
    publish(pieces);
    return true;
  }

  /** Descriptors that can be filled and published now. */
  abstract int room();

  /** Fills the next descriptor, or one further ahead, properly, without publishing it. */
  abstract void fill(int ahead, byte[] frame);

  /** Publishes the next descriptors, however they are filled. */
  abstract void publish(int descriptors);

  /** Free-running index of the descriptor that the next frame is sent with. */
  abstract int sendIndex();

  /** Free-running index of the descriptor that the next frame comes with. */
  abstract int receiveIndex();

  /** Fills the next descriptor, or one further ahead, with anything, without publishing it. */
  final void describe(int ahead, int flags, int region, int length, int offset) {
    toDaemon().describe(sendIndex() + ahead, flags, region, length, offset);
  }

  /** Takes the next frame and gives its buffers back; null where there is none. */
  final byte[] receive() {
    if (!hasFrame()) {
      return null;
    }
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    boolean isMore;
    do {
      isMore = (fromDaemon().flags(receiveIndex()) & WireRing.NEXT) != 0;
      frame.writeBytes(take());
    } while (isMore);
    return frame.toByteArray();
  }

  /** Whether the daemon has published a frame; it publishes all pieces together. */
  abstract boolean hasFrame();

  /** Takes what stands in the next descriptor and gives its buffer back. */
  abstract byte[] take();

  /** Everything that waits. */
  final List<byte[]> receiveAll() {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = receive(); frame != null; frame = receive()) {
      frames.add(frame);
    }
    return frames;
  }

  /** Waits for the next frame. */
  final byte[] awaitFrame() {
    byte[][] frame = new byte[1][];
    Await.until("the next frame", () -> (frame[0] = receive()) != null);
    return frame[0];
  }

  /** Waits until the daemon has taken everything that was sent. */
  final void awaitSent() {
    Await.until("the daemon takes what was sent", this::isAllTaken);
  }

  abstract boolean isAllTaken();

  @Override
  public abstract void close();

  /** Sends a frame as soon as there is room. */
  final void awaitSend(byte[] frame) {
    Await.until("the daemon makes room", () -> send(frame));
  }
}
