package dev.heddle.api;

import dev.heddle.api.v1.WatchReply;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;

/** A call that tells changes. {@link #next} is for one thread; any thread may close it. */
public final class Watch implements AutoCloseable {
  private final BlockingClientCall<?, WatchReply> call;

  private Watch(BlockingClientCall<?, WatchReply> call) {
    this.call = call;
  }

  static Watch start(BlockingClientCall<?, WatchReply> call) {
    return new Watch(call);
  }

  /**
   * Waits for the next reply.
   *
   * @return null if the daemon has ended the call without a reason
   * @throws StatusRuntimeException if it refuses, or has gone; CANCELLED if it was closed here
   */
  public WatchReply next() throws InterruptedException {
    try {
      return call.read();
    } catch (StatusException e) {
      throw e.getStatus().asRuntimeException(e.getTrailers());
    }
  }

  /** Ends the call. */
  @Override
  public void close() {
    call.cancel("not watched any more", null);
  }
}
