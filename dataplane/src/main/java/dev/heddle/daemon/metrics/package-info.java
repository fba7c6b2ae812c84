/**
 * Counters and states for Prometheus, and whether the daemon lives and is ready, over HTTP.
 *
 * <p>Every counter stands in the counters file already, so there is no registry of a metrics
 * library beside it that would hold each of them once more: a look at the file is written as text.
 */
package dev.heddle.daemon.metrics;
