package dev.heddle.port.memif.channel;

import java.util.concurrent.TimeUnit;

/**
 * How much of the control thread one peer may take.
 *
 * @param handshakeTimeoutNs from the connection to CONNECTED
 * @param maxHandshakes unfinished handshakes per listening socket; further connections wait
 * @param connectBurst connections that a listening socket accepts at once, per interface on it
 * @param connectIntervalNs what each further one has to wait for, divided by the interfaces on it
 * @param firstRetryNs how long a client waits before it tries again; doubles with each failure
 * @param maxRetryNs the most it waits
 */
public record MemifLimits(
    long handshakeTimeoutNs,
    int maxHandshakes,
    int connectBurst,
    long connectIntervalNs,
    long firstRetryNs,
    long maxRetryNs) {
  /** 5 s, 16 handshakes, 32 connections at once and then 10 a second, retries after 10-250 ms. */
  public static final MemifLimits DEFAULTS =
      new MemifLimits(
          TimeUnit.SECONDS.toNanos(5),
          16,
          32,
          TimeUnit.MILLISECONDS.toNanos(100),
          TimeUnit.MILLISECONDS.toNanos(10),
          TimeUnit.MILLISECONDS.toNanos(250));
}
