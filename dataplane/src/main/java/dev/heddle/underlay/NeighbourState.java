package dev.heddle.underlay;

/**
 * What is known of a neighbour (RFC 4861 7.3.2). Stale and delay are left out: a wanted neighbour
 * is in use all the time, so that one whose word is doubted is asked at once.
 */
public enum NeighbourState {
  /** The MAC address is not known; everybody on the link is asked. */
  INCOMPLETE,

  /** It answered a short time ago. */
  REACHABLE,

  /** The MAC address is in use, and it is being asked whether that is still right. */
  PROBE
}
