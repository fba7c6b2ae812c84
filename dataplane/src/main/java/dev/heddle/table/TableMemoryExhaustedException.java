package dev.heddle.table;

/** The lookup tables would outgrow the memory they may take; the transaction changed nothing. */
public final class TableMemoryExhaustedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TableMemoryExhaustedException(long limitBytes) {
    super(
        "table memory: the limit of "
            + limitBytes
            + " bytes is reached; load fewer routes or raise it (heddled --table-memory-mib)");
  }
}
