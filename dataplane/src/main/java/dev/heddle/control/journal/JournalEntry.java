package dev.heddle.control.journal;

import dev.heddle.api.v1.Transaction;
import java.util.List;

/**
 * One transaction of a journal.
 *
 * @param revision that it made
 * @param replacement whether it is the whole state, so that whatever it does not name went
 * @param chunks the transaction
 */
public record JournalEntry(long revision, boolean replacement, List<Transaction> chunks) {
  public JournalEntry {
    chunks = List.copyOf(chunks);
  }
}
