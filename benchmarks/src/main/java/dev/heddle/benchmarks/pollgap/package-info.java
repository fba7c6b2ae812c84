/** The time from one poll of a worker to the next, recorded in its own thread. */
package dev.heddle.benchmarks.pollgap;
