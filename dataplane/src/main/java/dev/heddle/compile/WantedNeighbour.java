package dev.heddle.compile;

import dev.heddle.model.IpAddress;

/**
 * A host on the underlay that tunnel packets are sent to: a node, or the gateway there.
 *
 * @param index its place in {@link dev.heddle.table.Neighbours}; one that is free again serves
 *     another neighbour after one revision without it, at the earliest
 * @param interfaceIndex of the uplink that leads to it
 */
public record WantedNeighbour(int index, int interfaceIndex, IpAddress address) {}
