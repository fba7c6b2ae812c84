package dev.heddle.control;

import java.util.Map;

/**
 * An uplink's port at one moment.
 *
 * @param linkUp whether it can carry packets
 * @param speedMbps in megabits a second; 0 where it has none or does not tell
 * @param promiscuous whether it takes in frames for any Ethernet address
 * @param statistics what the device counts itself, by its own names, in the device's order
 */
public record UplinkPortStatus(
    boolean linkUp, int speedMbps, boolean promiscuous, Map<String, Long> statistics) {}
