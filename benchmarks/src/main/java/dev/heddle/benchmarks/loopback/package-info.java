/** Workers over loopback rings: one core suffices, no generator takes part. */
package dev.heddle.benchmarks.loopback;
