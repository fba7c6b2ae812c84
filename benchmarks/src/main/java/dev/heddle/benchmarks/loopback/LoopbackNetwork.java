package dev.heddle.benchmarks.loopback;

import dev.heddle.table.Tables;

/**
 * What a worker over loopback rings runs: interface 0 sends, those from 1 on receive, all through
 * one ring.
 */
public interface LoopbackNetwork extends AutoCloseable {
  /** Index of the generator's interface. */
  int GENERATOR = 0;

  /** Index of the first interface that receives. */
  int SINK = 1;

  /** The tables to begin with, valid until {@link #close()}. */
  Tables tables();

  /** How many interfaces receive. */
  default int sinks() {
    return 1;
  }

  @Override
  void close();
}
