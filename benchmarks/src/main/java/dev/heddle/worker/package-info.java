/** What the benchmarks need of the workers' package itself. */
package dev.heddle.worker;
