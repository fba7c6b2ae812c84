package dev.heddle.control;

import com.google.rpc.Code;
import dev.heddle.api.v1.WatchReply;
import dev.heddle.api.v1.WatchRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All clients that watch, on a thread of their own, so that no update and no worker waits for any
 * of them.
 */
public final class Watches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watches.class);
  private static final long LOOK_MS = 100;

  /** Less than that, so that workers are told of in time whatever the control side does. */
  private static final long PATIENCE_MS = 50;

  private final LastKnown<Map<Observation, Boolean>> objects;
  private final ChangeHistory history;
  private final Workers workers;
  private final String instanceId;
  private final ObservedStates states = new ObservedStates();
  private final List<Watcher> watchers = new ArrayList<>();
  private final AtomicBoolean due = new AtomicBoolean();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("watches").daemon().factory());

  /**
   * @param instanceId of this run of the daemon
   */
  public Watches(ControlPlane controlPlane, Workers workers, String instanceId) {
    objects = new LastKnown<>("watches-observe", controlPlane::observe, Map.of(), PATIENCE_MS);
    this.history = controlPlane.history();
    this.workers = workers;
    this.instanceId = instanceId;
    history.onRecorded(this::tellSoon);
    thread.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  /** Lets a client watch until it goes. */
  void add(WatchRequest request, ServerCallStreamObserver<WatchReply> reply) {
    reply.setOnCancelHandler(this::tellSoon);
    reply.setOnReadyHandler(this::tellSoon);
    try {
      thread.execute(() -> begin(request, reply));
    } catch (RejectedExecutionException e) {
      LOG.debug("nobody watches any more", e);
      reply.onError(ending());
    }
  }

  private void begin(WatchRequest request, ServerCallStreamObserver<WatchReply> reply) {
    try {
      Watcher watcher = new Watcher(reply, firstRevision(request));
      if (watchers.size() >= ApiLimits.WATCHES) {
        throw Refusals.exhausted(
            "TOO_MANY_WATCHES",
            "watch",
            "watch: %d calls watch already, which is the most there may be; end others first"
                .formatted(ApiLimits.WATCHES));
      }
      watchers.add(watcher);
      observe();
      tell();
    } catch (StatusRuntimeException e) {
      reply.onError(e);
    }
  }

  private long firstRevision(WatchRequest request) {
    String instance = request.getInstanceId();
    if (!instance.isEmpty() && !instance.equals(instanceId)) {
      throw Refusals.of(
          Code.FAILED_PRECONDITION,
          "INSTANCE_CHANGED",
          "watch: instance_id %s: the daemon has been started anew as %s; list again and watch from there on"
              .formatted(Mistakes.shown(instance), instanceId));
    }
    long newest = history.newest();
    long since = request.hasSinceRevision() ? request.getSinceRevision() : newest;
    if (Long.compareUnsigned(since, newest) > 0) {
      throw Refusals.of(
          Code.OUT_OF_RANGE,
          "REVISION_UNKNOWN",
          "watch: since_revision %s: the daemon is at %d, so it was another run's; list again and watch from there on"
              .formatted(Long.toUnsignedString(since), newest));
    }
    if (!history.reachesBackTo(since)) {
      throw Refusals.of(
          Code.OUT_OF_RANGE,
          "REVISION_TOO_OLD",
          "watch: since_revision %d: changes since then are no longer kept; list again and watch from there on"
              .formatted(since));
    }
    return since;
  }

  private void look() {
    try {
      if (!watchers.isEmpty()) {
        observe();
        tell();
      }
    } catch (StatusRuntimeException e) {
      LOG.atDebug().addKeyValue("reason", e.getMessage()).log("nothing is observed any more");
    } catch (RuntimeException e) {
      LOG.error("those who watch could not be told", e);
    }
  }

  private void observe() {
    Map<Observation, Boolean> observed = new HashMap<>(objects.get());
    for (int worker = 0; worker < workers.count(); worker++) {
      observed.put(
          new Observation(Observation.Kind.WORKER, String.valueOf(worker)),
          !workers.isStalled(worker));
    }
    states.update(observed);
    states.forgetGone(watchers.stream().mapToLong(Watcher::toldTurn).min().orElse(states.turn()));
  }

  private void tell() {
    due.set(false);
    watchers.removeIf(watcher -> !watcher.tell(history, states));
  }

  /** From any thread; many calls are one. */
  private void tellSoon() {
    if (due.compareAndSet(false, true)) {
      try {
        thread.execute(this::tell);
      } catch (RejectedExecutionException e) {
        LOG.debug("nobody is told any more", e);
      }
    }
  }

  private static StatusRuntimeException ending() {
    return Refusals.of(
        Code.UNAVAILABLE,
        "ENDING",
        "watch: the daemon is ending; watch again once there is another");
  }

  /** Ends all calls, before the server that they came through does. */
  @Override
  public void close() {
    thread.execute(() -> watchers.forEach(watcher -> watcher.end(ending())));
    thread.close();
    objects.close();
  }
}
