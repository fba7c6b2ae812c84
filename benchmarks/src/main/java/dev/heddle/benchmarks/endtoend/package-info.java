/** Measurements of the whole daemon, as a pod sees it. */
package dev.heddle.benchmarks.endtoend;
