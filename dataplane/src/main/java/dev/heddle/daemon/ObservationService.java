package dev.heddle.daemon;

import dev.heddle.api.v1.AddTraceRequest;
import dev.heddle.api.v1.CaptureStatus;
import dev.heddle.api.v1.ClearTraceRequest;
import dev.heddle.api.v1.ListCapturesRequest;
import dev.heddle.api.v1.ObservationGrpc;
import dev.heddle.api.v1.ShowTraceRequest;
import dev.heddle.api.v1.StartCaptureRequest;
import dev.heddle.api.v1.StopCaptureRequest;
import dev.heddle.api.v1.TraceStatus;
import dev.heddle.api.v1.TracedPacket;
import dev.heddle.daemon.capture.Captures;
import dev.heddle.daemon.trace.Traces;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** The calls about packets, which it hands to {@link Captures} and {@link Traces}. */
final class ObservationService extends ObservationGrpc.ObservationImplBase {
  private final Captures captures;
  private final Traces traces;

  ObservationService(Captures captures, Traces traces) {
    this.captures = captures;
    this.traces = traces;
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

  @Override
  public void addTrace(AddTraceRequest request, StreamObserver<TraceStatus> reply) {
    answer(reply, () -> traces.add(request));
  }

  @Override
  public void showTrace(ShowTraceRequest request, StreamObserver<TracedPacket> reply) {
    traces.show().forEach(reply::onNext);
    reply.onCompleted();
  }

  @Override
  public void clearTrace(ClearTraceRequest request, StreamObserver<TraceStatus> reply) {
    answer(reply, traces::clear);
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
