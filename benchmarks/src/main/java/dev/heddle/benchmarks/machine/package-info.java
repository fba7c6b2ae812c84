/** What the machine does to a measurement: distance of cores, stolen time, clock. */
package dev.heddle.benchmarks.machine;
