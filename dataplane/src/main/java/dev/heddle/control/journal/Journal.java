package dev.heddle.control.journal;

import dev.heddle.api.v1.Transaction;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The transactions that made the present state, in one file. A transaction is in it, whole, before
 * it is acknowledged, and survives the daemon however that ends; the daemon's next run begins with
 * it. When the file has grown, it is replaced by one that begins with the state as it is.
 *
 * <p>What is written is the kernel's at once, and so survives the daemon, but not the machine: it
 * is not forced to a disk, because after a start of the machine the pods are others.
 *
 * <p>Used by one thread at a time.
 */
public final class Journal implements AutoCloseable {
  /** A start applies them one by one. */
  private static final int MAX_TRANSACTIONS = 2_000;

  private static final long LEAST_BYTES = 4L << 20;
  private static final String PRIVATE = "rw-------";

  private final Path path;
  private RandomAccessFile file;
  private JournalReader reader;

  /** Behind the last whole transaction. */
  private long end;

  /** Of the state that the file begins with. */
  private long stateBytes;

  private int transactions;

  private Journal(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
    this.reader = new JournalReader(file, path);
  }

  /**
   * Opens a journal; it is created where it is not there. Read it to its end before anything else.
   *
   * @throws JournalException if that is not possible, or it is none
   */
  public static Journal open(Path path) {
    try {
      if (!Files.exists(path)) {
        create(path).close();
      }
      Journal journal = new Journal(path, new RandomAccessFile(path.toFile(), "rw"));
      journal.reader.begin();
      return journal;
    } catch (IOException e) {
      throw new JournalException(path + ": " + e + "; choose a file that this user may write", e);
    }
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
  public void append(JournalEntry entry) {
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

  /** Whether it has grown so much that it is time to begin again with the state. */
  public boolean isLong() {
    return transactions >= MAX_TRANSACTIONS || end > LEAST_BYTES + 2 * stateBytes;
  }

  /**
   * Begins again with the whole state.
   *
   * @param chunks make the state from nothing
   * @throws JournalException if that cannot be written; the journal is as it was
   */
  public void beginWith(long revision, Iterable<Transaction> chunks) {
    Path shorter = path.resolveSibling(path.getFileName() + ".shorter");
    try {
      Files.deleteIfExists(shorter);
      RandomAccessFile next = create(shorter);
      try {
        for (Transaction chunk : chunks) {
          RecordFormat.write(next, RecordFormat.CHUNK, chunk.toByteArray());
        }
        commit(next, revision, true);
        Files.move(shorter, path, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        next.close();
        Files.deleteIfExists(shorter);
        throw e;
      }
      file.close();
      file = next;
      end = next.getFilePointer();
      beginCounting();
    } catch (IOException e) {
      beginCounting();
      throw new JournalException(path + " cannot be written anew: " + e, e);
    }
  }

  /** It is long again when it has grown as much once more, whether it could be replaced or not. */
  private void beginCounting() {
    stateBytes = end;
    transactions = 0;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new JournalException(path + " cannot be closed: " + e, e);
    }
  }
}
