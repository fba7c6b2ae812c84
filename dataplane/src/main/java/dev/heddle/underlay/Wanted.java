package dev.heddle.underlay;

/**
 * A neighbour that packets are sent to: a node, the gateway to nodes that are not on the link, or a
 * gateway to the outside of a network.
 *
 * @param index its place in {@link dev.heddle.table.Neighbours}. One that a revision no longer
 *     wants may have another neighbour in the revision after the next, not sooner: packets may wait
 *     under it until then
 */
public record Wanted(int index, NeighbourAddress address) {}
