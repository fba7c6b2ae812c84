/** Generator and sink: a memif client that re-offers filled buffers, and one that only counts. */
package dev.heddle.benchmarks.traffic;
