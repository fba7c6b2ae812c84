package dev.heddle.api;

import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.RouteKeys;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.Transaction;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * One transaction on its way: cut into chunks, which are sent as fast as the daemon takes them. One
 * that is a single chunk is sent at once with the end of the call, as if the call had one message;
 * for the daemon it is the same call, and it takes a fifth less of both sides' CPU time.
 */
final class ApplyCall<R> implements ClientResponseObserver<Transaction, R> {
  /** Well below the 4 MiB that the daemon accepts, so that sending and parsing overlap. */
  private static final int CHUNK_BYTES = 256 * 1024;

  /** A prefix takes at most 24 bytes, so a message of these stays within a chunk. */
  private static final int PREFIXES_PER_OPERATION = 8 * 1024;

  private final Channel channel;
  private final MethodDescriptor<Transaction, R> method;
  private final CallOptions options;
  private final CompletableFuture<R> reply = new CompletableFuture<>();

  /** Null until the first chunk is sent that others follow. */
  private ClientCallStreamObserver<Transaction> requests;

  private Transaction.Builder chunk = Transaction.newBuilder();
  private int chunkBytes;
  private boolean cancelled;

  /**
   * @param method the kind of call: one that applies, replaces or plans
   */
  ApplyCall(Channel channel, MethodDescriptor<Transaction, R> method, CallOptions options) {
    this.channel = channel;
    this.method = method;
    this.options = options;
  }

  /** Sends a transaction and waits for the reply. */
  R run(Iterator<Operation> operations) {
    while (operations.hasNext() && !reply.isDone()) {
      add(operations.next());
    }
    if (requests == null) {
      return ClientCalls.blockingUnaryCall(
          channel, method.toBuilder().setType(MethodType.UNARY).build(), options, chunk.build());
    }
    flush();
    if (!cancelled) {
      requests.onCompleted();
    }
    try {
      return reply.join();
    } catch (CompletionException e) {
      throw Status.fromThrowable(e.getCause()).asRuntimeException(Status.trailersFromThrowable(e));
    }
  }

  private void add(Operation operation) {
    switch (operation.getChangeCase()) {
      case UPSERT_ROUTES -> {
        Routes routes = operation.getUpsertRoutes();
        addCut(
            operation,
            routes.getPrefixesList(),
            part ->
                Operations.upsert(routes.toBuilder().clearPrefixes().addAllPrefixes(part).build()));
      }
      case DELETE_ROUTES -> {
        RouteKeys keys = operation.getDeleteRoutes();
        addCut(
            operation,
            keys.getPrefixesList(),
            part -> Operations.deleteRoutes(keys.getNetwork(), part));
      }
      default -> addWhole(operation);
    }
  }

  private void addCut(
      Operation operation, List<Prefix> prefixes, Function<List<Prefix>, Operation> toPart) {
    if (prefixes.size() <= PREFIXES_PER_OPERATION) {
      addWhole(operation);
      return;
    }
    for (int from = 0; from < prefixes.size(); from += PREFIXES_PER_OPERATION) {
      int to = Math.min(from + PREFIXES_PER_OPERATION, prefixes.size());
      addWhole(toPart.apply(prefixes.subList(from, to)));
    }
  }

  private void addWhole(Operation operation) {
    chunk.addOperations(operation);
    chunkBytes += operation.getSerializedSize();
    if (chunkBytes >= CHUNK_BYTES) {
      flush();
    }
  }

  private void flush() {
    if (requests == null) {
      ClientCalls.asyncClientStreamingCall(channel.newCall(method, options), this);
    }
    if (chunkBytes > 0 && awaitReady()) {
      requests.onNext(chunk.build());
    }
    chunk = Transaction.newBuilder();
    chunkBytes = 0;
  }

  private synchronized boolean awaitReady() {
    while (!cancelled && !requests.isReady() && !reply.isDone()) {
      try {
        wait();
      } catch (InterruptedException e) {
        cancelled = true;
        requests.cancel("interrupted while sending", e);
        Thread.currentThread().interrupt();
      }
    }
    return !cancelled && !reply.isDone();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Transaction> requestStream) {
    requests = requestStream;
    requestStream.setOnReadyHandler(this::wake);
  }

  private synchronized void wake() {
    notifyAll();
  }

  @Override
  public void onNext(R answer) {
    reply.complete(answer);
  }

  @Override
  public void onError(Throwable refusal) {
    reply.completeExceptionally(refusal);
    wake();
  }

  @Override
  public void onCompleted() {
    reply.completeExceptionally(
        Status.INTERNAL.withDescription("the daemon ended the call without a reply").asException());
    wake();
  }
}
