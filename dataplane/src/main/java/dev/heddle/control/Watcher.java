package dev.heddle.control;

import com.google.rpc.Code;
import dev.heddle.api.v1.Observed;
import dev.heddle.api.v1.WatchReply;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;

/**
 * One client that watches. It has no queue: what it has been told is a revision and a turn, and
 * what is kept for all of them is read from there on. One thread.
 */
final class Watcher {
  private static final int REVISIONS_AT_ONCE = 16;

  private final ServerCallStreamObserver<WatchReply> reply;
  private long toldRevision;
  private long toldTurn;
  private boolean begun;

  /**
   * @param toldRevision that the client knows
   */
  Watcher(ServerCallStreamObserver<WatchReply> reply, long toldRevision) {
    this.reply = reply;
    this.toldRevision = toldRevision;
  }

  /** Tells what is new as far as the client reads; false if the call has ended. */
  boolean tell(ChangeHistory history, ObservedStates states) {
    if (reply.isCancelled()) {
      return false;
    }
    if (!history.reachesBackTo(toldRevision)) {
      reply.onError(
          Refusals.of(
              Code.RESOURCE_EXHAUSTED,
              "WATCH_TOO_SLOW",
              "watch: revision %d: changes since then are no longer kept, and were not read in time;"
                      .formatted(toldRevision)
                  + " list again and watch from there on"));
      return false;
    }
    tellObserved(states);
    tellChanges(history);
    return true;
  }

  private void tellObserved(ObservedStates states) {
    if (toldTurn == states.turn() || !reply.isReady()) {
      return;
    }
    List<Observed> different = states.since(toldTurn);
    toldTurn = states.turn();
    if (!begun || !different.isEmpty()) {
      begun = true;
      reply.onNext(
          WatchReply.newBuilder().setRevision(toldRevision).addAllObserved(different).build());
    }
  }

  private void tellChanges(ChangeHistory history) {
    while (reply.isReady()) {
      List<ChangeHistory.Entry> next = history.after(toldRevision, REVISIONS_AT_ONCE);
      if (next.isEmpty() || next.getFirst().revision() != toldRevision + 1) {
        return;
      }
      for (ChangeHistory.Entry entry : next) {
        if (reply.isReady()) {
          toldRevision = entry.revision();
          reply.onNext(
              WatchReply.newBuilder()
                  .setRevision(entry.revision())
                  .addAllChanges(entry.operations())
                  .setTooLarge(entry.tooLarge())
                  .build());
        }
      }
    }
  }

  /** The turn up to which it knows everything. */
  long toldTurn() {
    return toldTurn;
  }

  /** Ends the call, if the client has not. */
  void end(Throwable status) {
    if (!reply.isCancelled()) {
      reply.onError(status);
    }
  }
}
