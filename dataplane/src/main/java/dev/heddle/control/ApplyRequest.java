package dev.heddle.control;

import dev.heddle.api.v1.Applied;
import dev.heddle.api.v1.Transaction;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One transaction on its way in. It is applied when its last chunk has come. */
final class ApplyRequest implements StreamObserver<Transaction> {
  /** Some ten million routes. */
  private static final long MAX_BYTES = 256L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(ApplyRequest.class);

  private final ControlPlane controlPlane;
  private final ServerCallStreamObserver<Applied> reply;
  private final List<Transaction> chunks = new ArrayList<>();
  private long bytes;
  private boolean refused;

  ApplyRequest(ControlPlane controlPlane, ServerCallStreamObserver<Applied> reply) {
    this.controlPlane = controlPlane;
    this.reply = reply;
    // Without a handler, replying to a client that has gone throws.
    reply.setOnCancelHandler(chunks::clear);
  }

  @Override
  public void onNext(Transaction chunk) {
    bytes += chunk.getSerializedSize();
    if (bytes <= MAX_BYTES) {
      chunks.add(chunk);
    } else if (!refused) {
      refused = true;
      chunks.clear();
      reply.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription(
                  "transaction: more than "
                      + MAX_BYTES
                      + " bytes; cut it into several transactions")
              .asRuntimeException());
    }
  }

  @Override
  public void onError(Throwable gone) {
    chunks.clear();
  }

  @Override
  public void onCompleted() {
    if (refused) {
      return;
    }
    try {
      long revision = controlPlane.apply(chunks);
      reply.onNext(Applied.newBuilder().setRevision(revision).build());
      reply.onCompleted();
    } catch (StatusRuntimeException e) {
      LOG.info("refused: {}", e.getStatus().getDescription());
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
      chunks.clear();
    }
  }
}
