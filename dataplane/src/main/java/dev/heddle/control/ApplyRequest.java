package dev.heddle.control;

import dev.heddle.api.v1.Transaction;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One transaction on its way in. It is applied, or planned, when its last chunk has come. */
final class ApplyRequest<R> implements StreamObserver<Transaction> {
  private static final Logger LOG = LoggerFactory.getLogger(ApplyRequest.class);

  /** What becomes of a transaction. */
  interface Action<R> {
    R run(List<Transaction> chunks) throws InterruptedException;
  }

  private final Action<R> action;
  private final TransactionRoom room;
  private final ServerCallStreamObserver<R> reply;
  private final List<Transaction> chunks = new ArrayList<>();

  /** What it has taken of the room. */
  private long bytes;

  private final boolean replacement;
  private boolean refused;

  /**
   * @param action answers once the transaction is whole
   * @param replacement whether it is the whole state, so that whatever it does not name goes
   */
  ApplyRequest(
      Action<R> action,
      TransactionRoom room,
      ServerCallStreamObserver<R> reply,
      boolean replacement) {
    this.replacement = replacement;
    this.action = action;
    this.room = room;
    this.reply = reply;
    // Without a handler, replying to a client that has gone throws.
    reply.setOnCancelHandler(this::forget);
  }

  @Override
  public void onNext(Transaction chunk) {
    if (refused) {
      return;
    }
    long chunkBytes = TransactionRoom.heapBytes(chunk, replacement);
    if (room.take(chunkBytes)) {
      bytes += chunkBytes;
      chunks.add(chunk);
      return;
    }
    refused = true;
    String remedy =
        bytes + chunkBytes > room.limitBytes()
            ? "larger than the %d bytes of memory that transactions may take; cut it into several"
                .formatted(room.limitBytes())
            : "others that are under way leave room for %d bytes more; apply it again after them"
                .formatted(room.freeBytes());
    String text = "transaction: size %d: %s".formatted(bytes + chunkBytes, remedy);
    LOG.atInfo().addKeyValue("reason", text).log("a transaction was refused");
    forget();
    reply.onError(Refusals.exhausted("TRANSACTION_ROOM", "node", text));
  }

  @Override
  public void onError(Throwable gone) {
    forget();
  }

  /** Gives back what it has taken; nothing the second time. */
  private void forget() {
    chunks.clear();
    room.giveBack(bytes);
    bytes = 0;
  }

  @Override
  public void onCompleted() {
    if (refused) {
      return;
    }
    try {
      reply.onNext(action.run(chunks));
      reply.onCompleted();
    } catch (StatusRuntimeException e) {
      LOG.atInfo()
          .addKeyValue("reason", e.getStatus().getDescription())
          .log("a transaction was refused");
      reply.onError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reply.onError(
          Status.UNAVAILABLE.withDescription("the daemon is ending").asRuntimeException());
    } catch (RuntimeException e) {
      LOG.error("a transaction failed by a defect of the daemon", e);
      reply.onError(
          Status.INTERNAL
              .withDescription("a defect of the daemon, see its log: " + e)
              .asRuntimeException());
    } finally {
      forget();
    }
  }
}
