/** Policies of the benchmarks, of which the packets match no rule but the end. */
package dev.heddle.benchmarks.policy;
