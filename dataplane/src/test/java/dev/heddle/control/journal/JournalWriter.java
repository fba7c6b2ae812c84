package dev.heddle.control.journal;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.Transaction;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Appends to a journal for ever, and tells each revision that it has appended. The journal begins
 * anew nearly all the time. The state of a revision is the last revisions, as many as there are
 * slots.
 */
final class JournalWriter {
  private static final int SLOTS = 5_000;
  private static final int MAX_TRANSACTIONS = 20;

  private JournalWriter() {}

  public static void main(String[] arguments) {
    try (Journal journal = open(Path.of(arguments[0]))) {
      long revision = 0;
      for (JournalEntry entry = journal.next(); entry != null; entry = journal.next()) {
        revision = entry.revision();
      }
      while (true) {
        journal.append(new JournalEntry(++revision, false, List.of(chunk(revision))));
        System.out.print(revision + "\n");
        if (journal.isLong()) {
          journal.beginWith(revision, state(revision), JournalWriter::fail);
        }
      }
    }
  }

  static Journal open(Path path) {
    return Journal.open(path, MAX_TRANSACTIONS);
  }

  private static void fail(JournalException e) {
    e.printStackTrace();
    Runtime.getRuntime().halt(1);
  }

  static Transaction chunk(long number) {
    return Transaction.newBuilder().addOperations(Operations.deleteNode("n" + number)).build();
  }

  /** The chunks that make the state of a revision from nothing. */
  static Iterator<Transaction> state(long revision) {
    int slots = (int) Math.min(SLOTS, revision);
    return IntStream.range(0, slots).mapToObj(i -> chunk(revision - i)).iterator();
  }
}
