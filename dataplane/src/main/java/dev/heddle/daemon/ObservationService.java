package dev.heddle.daemon;

import dev.heddle.api.v1.AddTraceRequest;
import dev.heddle.api.v1.CaptureStatus;
import dev.heddle.api.v1.ClearTraceRequest;
import dev.heddle.api.v1.GetLogLevelRequest;
import dev.heddle.api.v1.ListCapturesRequest;
import dev.heddle.api.v1.LogLevelStatus;
import dev.heddle.api.v1.ObservationGrpc;
import dev.heddle.api.v1.SetLogLevelRequest;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls about packets, which it hands to {@link Captures} and {@link Traces}, and the log. */
final class ObservationService extends ObservationGrpc.ObservationImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(ObservationService.class);

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

  @Override
  public void getLogLevel(GetLogLevelRequest request, StreamObserver<LogLevelStatus> reply) {
    answer(reply, ObservationService::logLevel);
  }

  @Override
  public void setLogLevel(SetLogLevelRequest request, StreamObserver<LogLevelStatus> reply) {
    answer(
        reply,
        () -> {
          toLevel(request.getLevel()).apply();
          LOG.atInfo().addKeyValue("level", LogLevel.current()).log("the log level was set");
          return logLevel();
        });
  }

  private static LogLevel toLevel(LogLevelStatus.Level level) {
    return switch (level) {
      case LEVEL_ERROR -> LogLevel.ERROR;
      case LEVEL_WARN -> LogLevel.WARN;
      case LEVEL_INFO -> LogLevel.INFO;
      case LEVEL_DEBUG -> LogLevel.DEBUG;
      case LEVEL_UNSPECIFIED, UNRECOGNIZED ->
          throw Refusal.invalid("log", "level", "(none)", "give error, warn, info or debug");
    };
  }

  private static LogLevelStatus logLevel() {
    return LogLevelStatus.newBuilder()
        .setLevel(
            switch (LogLevel.current()) {
              case ERROR -> LogLevelStatus.Level.LEVEL_ERROR;
              case WARN -> LogLevelStatus.Level.LEVEL_WARN;
              case INFO -> LogLevelStatus.Level.LEVEL_INFO;
              case DEBUG -> LogLevelStatus.Level.LEVEL_DEBUG;
            })
        .build();
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
