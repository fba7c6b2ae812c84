/** Lookups alone, beside DPDK's: {@code bin/heddle-bench lookup}. */
package dev.heddle.benchmarks.table;
