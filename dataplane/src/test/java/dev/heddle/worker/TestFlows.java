package dev.heddle.worker;

import dev.heddle.flow.FlowTable;

/** A flow table for workers in tests that are not about flows. */
final class TestFlows {
  static final FlowTable TABLE = new FlowTable(1 << 10, 1, System.nanoTime());

  private TestFlows() {}
}
