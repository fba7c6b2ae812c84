package dev.heddle.daemon.capture;

import dev.heddle.api.v1.CaptureStatus;
import dev.heddle.api.v1.ListCapturesRequest;
import dev.heddle.api.v1.ObservationGrpc;
import dev.heddle.api.v1.StartCaptureRequest;
import dev.heddle.api.v1.StopCaptureRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** The calls about packets, which it hands to {@link Captures}. */
public final class ObservationService extends ObservationGrpc.ObservationImplBase {
  private final Captures captures;

  public ObservationService(Captures captures) {
    this.captures = captures;
  }

  @Override
  public void startCapture(StartCaptureRequest request, StreamObserver<CaptureStatus> reply) {
    answer(reply, () -> captures.start(request));
  }

  @Override
  public void stopCapture(StopCaptureRequest request, StreamObserver<CaptureStatus> reply) {
    answer(reply, () -> captures.stop(request.getNumber()));
  }

  @Override
  public void listCaptures(ListCapturesRequest request, StreamObserver<CaptureStatus> reply) {
    captures.list().forEach(reply::onNext);
    reply.onCompleted();
  }

  private static <T> void answer(StreamObserver<T> reply, Supplier<T> question) {
    try {
      reply.onNext(question.get());
      reply.onCompleted();
    } catch (StatusRuntimeException e) {
      reply.onError(e);
    }
  }
}
