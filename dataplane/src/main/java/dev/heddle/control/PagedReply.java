package dev.heddle.control;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;

/** Sends items as fast as the client takes them, and no faster; each is made when it is sent. */
final class PagedReply<T> {
  private final ServerCallStreamObserver<T> reply;
  private final Iterator<T> items;
  private final Runnable onEnd;
  private boolean finished;

  /**
   * @param onEnd run when all is sent, or the client has gone
   */
  PagedReply(StreamObserver<T> reply, Iterable<T> items, Runnable onEnd) {
    this.onEnd = onEnd;
    this.reply = (ServerCallStreamObserver<T>) reply;
    this.items = items.iterator();
  }

  void start() {
    // Without a handler, sending to a client that has gone throws.
    reply.setOnCancelHandler(onEnd);
    reply.setOnReadyHandler(this::send);
    send();
  }

  private synchronized void send() {
    try {
      sendReady();
    } catch (StatusRuntimeException e) {
      finished = true;
      onEnd.run();
      reply.onError(e);
    }
  }

  private void sendReady() {
    while (!finished && reply.isReady()) {
      if (items.hasNext()) {
        reply.onNext(items.next());
      } else {
        finished = true;
        onEnd.run();
        reply.onCompleted();
      }
    }
  }
}
