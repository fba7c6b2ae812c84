package dev.heddle.control;

import dev.heddle.api.RevisionHeader;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Sends the revision that a listing shows in the header of the reply, even if it is empty. */
final class RevisionReply implements ServerInterceptor {
  private static final Context.Key<Shown> SHOWN = Context.key("heddle-revision");

  /** Filled in by the call before it sends anything. */
  private static final class Shown {
    private String revision;
  }

  /**
   * Tells the revision that the reply of the current call shows. Call it before the reply begins.
   */
  static void tell(long revision) {
    SHOWN.get().revision = Long.toString(revision);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Shown shown = new Shown();
    ServerCall<Q, R> telling =
        new SimpleForwardingServerCall<>(call) {
          private boolean begun;

          @Override
          public void sendHeaders(Metadata own) {
            begun = true;
            if (shown.revision != null) {
              own.put(RevisionHeader.KEY, shown.revision);
            }
            super.sendHeaders(own);
          }

          @Override
          public void close(Status status, Metadata trailers) {
            if (!begun && shown.revision != null && status.isOk()) {
              sendHeaders(new Metadata());
            }
            super.close(status, trailers);
          }
        };
    return Contexts.interceptCall(
        Context.current().withValue(SHOWN, shown), telling, headers, next);
  }
}
