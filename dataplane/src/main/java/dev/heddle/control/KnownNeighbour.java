package dev.heddle.control;

import dev.heddle.model.IpAddress;

/**
 * A host on the underlay, and what is known of it at one moment.
 *
 * @param interfaceIndex of the uplink that leads to it
 * @param mac its Ethernet address in the low 48 bits, the first byte on the wire lowest; 0 if it is
 *     not known
 * @param ageMs how long it has been in its state
 */
public record KnownNeighbour(
    int interfaceIndex, IpAddress address, long mac, State state, long ageMs) {
  /** How much is known (RFC 4861 7.3.2). */
  public enum State {
    /** It has not answered yet, or not any more. */
    INCOMPLETE,
    /** It answered lately. */
    REACHABLE,
    /** It is asked again. */
    PROBE
  }
}
