package dev.heddle.hostile;

import dev.heddle.ffi.linux.SharedMapping;
import java.util.ArrayList;
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

  /** Sends a frame; false where the ring has no room now. */
  abstract boolean send(byte[] frame);

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
  abstract byte[] receive();

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
