/**
 * The command line client {@code heddle}. What reads the counters file works without the daemon and
 * loads no class of gRPC; everything else is a client of the control interface like any other.
 */
package dev.heddle.cli;
