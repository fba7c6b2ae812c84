package dev.heddle.underlay;

/**
 * A neighbour as an operator sees it.
 *
 * @param mac in the low 48 bits, first byte on the wire lowest; 0 if it is not known
 * @param ageNs how long it has been in this state
 */
public record NeighbourStatus(
    int index, NeighbourAddress address, NeighbourState state, long mac, long ageNs) {}
