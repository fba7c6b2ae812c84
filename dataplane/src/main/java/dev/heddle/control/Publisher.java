package dev.heddle.control;

import dev.heddle.table.Tables;

/** Brings tables to the workers. */
@FunctionalInterface
public interface Publisher {
  /** Returns once every worker runs these tables. */
  void publish(Tables tables) throws InterruptedException;
}
