/** One step or table at a time, with JMH: {@code bin/heddle-bench jmh}. */
package dev.heddle.benchmarks.micro;
