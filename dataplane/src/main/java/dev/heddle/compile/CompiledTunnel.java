package dev.heddle.compile;

import dev.heddle.model.IpAddress;

/**
 * A tunnel in the tables that were finished last.
 *
 * @param interfaceIndex of the uplink
 * @param index in {@link dev.heddle.table.Underlay#tunnels()}
 * @param nextHop whom its packets are sent to on the uplink's link
 * @param mtuBytes largest IP packet of a network that fits into it
 */
public record CompiledTunnel(
    String uplink, String node, int interfaceIndex, int index, IpAddress nextHop, int mtuBytes) {}
