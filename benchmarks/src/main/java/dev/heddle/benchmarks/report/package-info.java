/** Samples, targets computed from them, and the report. */
package dev.heddle.benchmarks.report;
