package dev.heddle.worker;

import dev.heddle.table.Tables;

/**
 * The tables that are in force: written by the control side, read by each worker once per duty
 * cycle.
 */
final class Publication {
  private volatile Tables tables = Tables.EMPTY;

  Tables tables() {
    return tables;
  }

  void set(Tables newTables) {
    tables = newTables;
  }
}
