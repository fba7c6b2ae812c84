package dev.heddle.daemon;

import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DaemonCounter;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Counts calls of the API, and those that were refused. */
final class CallCounter implements ServerInterceptor {
  private final CountersFile counters;

  CallCounter(CountersFile counters) {
    this.counters = counters;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    counters.daemon(DaemonCounter.API_CALLS).increment();
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            if (!status.isOk()) {
              counters.daemon(DaemonCounter.API_REFUSALS).increment();
            }
            super.close(status, trailers);
          }
        },
        headers);
  }
}
