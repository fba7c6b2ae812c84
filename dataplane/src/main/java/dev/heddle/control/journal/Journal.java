package dev.heddle.control.journal;

import dev.heddle.api.v1.Transaction;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * The transactions that made the present state, in one file. A transaction is in it, whole, before
 * it is acknowledged, and survives the daemon however that ends; the daemon's next run begins with
 * it. When the file has grown, it is replaced by one that begins with the state as it is: that is
 * written beside it by a thread of its own while transactions go on, and what was appended
 * meanwhile is copied behind the state before the new file takes the old one's place in one step.
 *
 * <p>What is written is the kernel's at once, and so survives the daemon, but not the machine: it
 * is not forced to a disk, because after a start of the machine the pods are others.
 *
 * <p>Threading: one thread at a time reads, appends and asks for a new beginning.
 */
public final class Journal implements AutoCloseable {
  /** A start applies them one by one. */
  private static final int MAX_TRANSACTIONS = 2_000;

  private static final long LEAST_BYTES = 4L << 20;
  private static final String PRIVATE = "rw-------";

  /** What may be left to copy when a new file takes over, for which transactions wait. */
  private static final long LEFT_BYTES = 64L << 10;

  private final Path path;
  private final int maxTransactions;
  private RandomAccessFile file;
  private JournalReader reader;

  /** Behind the last whole transaction. */
  private long end;

  /** Of the state that the file begins with. */
  private long stateBytes;

  private int transactions;

  /** Writes the new beginning; null if nobody does. */
  private Thread rewriter;

  private volatile boolean closed;

  private Journal(Path path, RandomAccessFile file, int maxTransactions) {
    this.path = path;
    this.maxTransactions = maxTransactions;
    this.file = file;
    this.reader = new JournalReader(file, path);
  }

  /**
   * Opens a journal; it is created where it is not there. Read it to its end before anything else.
   *
   * @throws JournalException if that is not possible, or it is none
   */
  public static Journal open(Path path) {
    return open(path, MAX_TRANSACTIONS);
  }

  /**
   * @param maxTransactions from which on it is long
   */
  static Journal open(Path path, int maxTransactions) {
    try {
      // What an earlier run was killed over.
      Files.deleteIfExists(shorter(path));
      if (!Files.exists(path)) {
        create(path).close();
      }
      Journal journal =
          new Journal(path, new RandomAccessFile(path.toFile(), "rw"), maxTransactions);
      journal.reader.begin();
      return journal;
    } catch (IOException e) {
      throw new JournalException(path + ": " + e + "; choose a file that this user may write", e);
    }
  }

  private static Path shorter(Path path) {
    return path.resolveSibling(path.getFileName() + ".shorter");
  }

  /** Appears with its header, so that no start ever sees a part of that. */
  private static RandomAccessFile create(Path path) throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
    RandomAccessFile file = new RandomAccessFile(fresh.toFile(), "rw");
    file.write(RecordFormat.fileHeader());
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    return file;
  }

  /**
   * The next transaction of an earlier run; null behind the last one. What stands behind that was
   * not acknowledged and is removed.
   *
   * @throws JournalException if the file is damaged
   */
  public JournalEntry next() {
    try {
      JournalEntry entry = reader.next();
      end = reader.end();
      if (entry == null) {
        file.setLength(end);
      } else {
        transactions = entry.replacement() ? 0 : transactions + 1;
        stateBytes = entry.replacement() ? end : stateBytes;
      }
      return entry;
    } catch (IOException e) {
      throw new JournalException(path + " cannot be read: " + e, e);
    }
  }

  /**
   * Adds a transaction.
   *
   * @throws JournalException if it cannot be written; no start will see a part of it
   */
  public synchronized void append(JournalEntry entry) {
    try {
      // What an append that failed has left, if anything.
      file.setLength(end);
      file.seek(end);
      write(file, entry);
      end = file.getFilePointer();
      transactions++;
    } catch (IOException e) {
      throw new JournalException(
          "%s cannot be written: %s; make room there or let this user write"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  private static void write(RandomAccessFile file, JournalEntry entry) throws IOException {
    for (Transaction chunk : entry.chunks()) {
      RecordFormat.write(file, RecordFormat.CHUNK, chunk.toByteArray());
    }
    commit(file, entry.revision(), entry.replacement());
  }

  private static void commit(RandomAccessFile file, long revision, boolean replacement)
      throws IOException {
    ByteBuffer commit =
        ByteBuffer.allocate(RecordFormat.COMMIT_BYTES)
            .putLong(revision)
            .put((byte) (replacement ? 1 : 0));
    RecordFormat.write(file, RecordFormat.COMMIT, commit.array());
  }

  /**
   * Whether it has grown so much that it is time to begin again with the state; not while that is
   * being written.
   */
  public synchronized boolean isLong() {
    return rewriter == null
        && (transactions >= maxTransactions || end > LEAST_BYTES + 2 * stateBytes);
  }

  /**
   * Lets a thread begin again with the whole state, and returns at once. Whenever the daemon ends
   * meanwhile, the journal has all that was appended.
   *
   * @param revision that was appended last
   * @param chunks make its state from nothing; read by that thread, until it is done
   * @param onFailure is told if that cannot be written; the journal grows on then
   */
  public synchronized void beginWith(
      long revision, Iterator<Transaction> chunks, Consumer<JournalException> onFailure) {
    long from = end;
    transactions = 0;
    rewriter =
        Thread.ofPlatform()
            .daemon()
            .name("journal")
            .start(() -> rewrite(revision, chunks, from, onFailure));
  }

  private void rewrite(
      long revision,
      Iterator<Transaction> chunks,
      long from,
      Consumer<JournalException> onFailure) {
    Path shorter = shorter(path);
    try (FileChannel old = FileChannel.open(path, StandardOpenOption.READ)) {
      Files.deleteIfExists(shorter);
      RandomAccessFile next = create(shorter);
      try {
        while (chunks.hasNext() && !closed) {
          RecordFormat.write(next, RecordFormat.CHUNK, chunks.next().toByteArray());
        }
        commit(next, revision, true);
        takeOver(old, from, next, shorter);
      } catch (IOException | RuntimeException e) {
        next.close();
        Files.deleteIfExists(shorter);
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      giveUp();
      onFailure.accept(new JournalException(path + " cannot be written anew: " + e, e));
    }
  }

  /**
   * Lets a file with the state take the old one's place.
   *
   * @param from where in the old one transactions stand that the state has not
   */
  private void takeOver(FileChannel old, long from, RandomAccessFile next, Path shorter)
      throws IOException {
    long state = next.getFilePointer();
    long copied = from;
    for (long to = end(); to - copied > LEFT_BYTES && !closed; to = end()) {
      copy(old, copied, to, next);
      copied = to;
    }
    synchronized (this) {
      rewriter = null;
      if (closed) {
        next.close();
        Files.deleteIfExists(shorter);
        return;
      }
      copy(old, copied, end, next);
      Files.move(shorter, path, StandardCopyOption.ATOMIC_MOVE);
      RandomAccessFile before = file;
      file = next;
      end = next.getFilePointer();
      stateBytes = state;
      before.close();
    }
  }

  private static void copy(FileChannel old, long from, long to, RandomAccessFile next)
      throws IOException {
    for (long at = from; at < to; ) {
      long count = old.transferTo(at, to - at, next.getChannel());
      if (count == 0) {
        throw new EOFException("it ends at byte " + at);
      }
      at += count;
    }
  }

  private synchronized long end() {
    return end;
  }

  /** It is long again when it has grown as much once more. */
  private synchronized void giveUp() {
    rewriter = null;
    stateBytes = end;
    transactions = 0;
  }

  @Override
  public void close() {
    try {
      awaitRewriter();
      file.close();
    } catch (IOException e) {
      throw new JournalException(path + " cannot be closed: " + e, e);
    }
  }

  private void awaitRewriter() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = rewriter;
    }
    if (running == null) {
      return;
    }
    try {
      running.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
