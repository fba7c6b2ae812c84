/** Traces: {@link dev.heddle.daemon.trace.Traces} starts and ends them and keeps what they told. */
package dev.heddle.daemon.trace;
