/**
 * Captures: {@link dev.heddle.daemon.capture.Captures} starts and ends them, each with a thread of
 * its own that takes packets out of the workers' rings and writes them to its file.
 */
package dev.heddle.daemon.capture;
