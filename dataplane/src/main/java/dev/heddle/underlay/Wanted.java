package dev.heddle.underlay;

/**
 * A neighbour that tunnels lead to: a node, or the gateway to nodes that are not on the link.
 *
 * @param index its place in {@link dev.heddle.table.Neighbours}. One that a revision no longer
 *     wants may have another neighbour in the revision after the next, not sooner: packets may wait
 *     under it until then
 */
public record Wanted(int index, NeighbourAddress address) {}
