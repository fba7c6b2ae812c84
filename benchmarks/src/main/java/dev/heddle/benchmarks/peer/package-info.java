/** The processes that are measured: the daemon and foreign programs beside it. */
package dev.heddle.benchmarks.peer;
