/**
 * The demonstration behind {@code make demo}: a daemon, two networks with the same addresses,
 * foreign programs as pods, and a report with a verdict.
 *
 * <p>It stands beside the benchmarks because it is a harness like theirs: it runs the built daemon
 * among real peers and knows it only through its interfaces, the API and the counters file.
 */
package dev.heddle.demo;
