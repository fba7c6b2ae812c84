/** The benchmarks behind {@code make bench}: what stands in docs/benchmarks comes from here. */
package dev.heddle.benchmarks;
