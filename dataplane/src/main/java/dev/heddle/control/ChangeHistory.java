package dev.heddle.control;

import dev.heddle.api.v1.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes of the last revisions, as many as there is room for, so that those who watch can
 * resume. Any thread may call.
 */
final class ChangeHistory {
  /** Revisions that are kept at most. */
  static final int MAX_REVISIONS = 8192;

  private static final long MAX_BYTES = 32L << 20;

  /**
   * What one revision changed.
   *
   * @param operations none where it is too large to tell
   */
  record Entry(long revision, List<Operation> operations, boolean tooLarge, long bytes) {}

  /** Entry of revision r at r modulo the length. */
  private final Entry[] entries = new Entry[MAX_REVISIONS];

  private long oldest = 1;
  private long newest;
  private long bytes;
  private Runnable onRecorded = () -> {};

  /** The state begins with this revision; what was changed before is not known. */
  synchronized void beginAt(long revision) {
    while (oldest <= newest) {
      forgetOldest();
    }
    oldest = revision + 1;
    newest = revision;
  }

  /** Keeps what a revision changed, the one after that of the last call. */
  void record(long revision, ChangeLog log) {
    keep(revision, log);
    onRecorded.run();
  }

  private synchronized void keep(long revision, ChangeLog log) {
    List<Operation> operations = log.operations();
    long size = operations.stream().mapToLong(TransactionRoom::heapBytes).sum();
    while (oldest <= newest && (bytes + size > MAX_BYTES || newest - oldest + 1 == MAX_REVISIONS)) {
      forgetOldest();
    }
    entries[slot(revision)] = new Entry(revision, operations, log.isTooLarge(), size);
    newest = revision;
    bytes += size;
  }

  private void forgetOldest() {
    bytes -= entries[slot(oldest)].bytes;
    entries[slot(oldest)] = null;
    oldest++;
  }

  private static int slot(long revision) {
    return (int) (revision % MAX_REVISIONS);
  }

  /** Whether all changes since a revision are kept. */
  synchronized boolean reachesBackTo(long revision) {
    return Long.compareUnsigned(revision, oldest - 1) >= 0;
  }

  /** The newest revision that there is. */
  synchronized long newest() {
    return newest;
  }

  /** Some of the revisions after this one, in order; none where there are none. */
  synchronized List<Entry> after(long revision, int limit) {
    List<Entry> found = new ArrayList<>();
    for (long at = Math.max(revision + 1, oldest); at <= newest && found.size() < limit; at++) {
      found.add(entries[slot(at)]);
    }
    return found;
  }

  /** Who is told after each revision, on the thread of the update; it must be quick. */
  void onRecorded(Runnable listener) {
    onRecorded = listener;
  }
}
