package dev.heddle.port.dpdk;

import dev.heddle.ffi.dpdk.LinkState;
import dev.heddle.ffi.dpdk.PortStatistics;

/**
 * A DPDK port at one moment.
 *
 * @param link what the driver knows of its link
 * @param promiscuous whether it takes frames for whomever
 * @param mtuBytes largest IP packet
 * @param statistics the driver's counters
 */
public record DpdkPortStatus(
    LinkState link, boolean promiscuous, int mtuBytes, PortStatistics statistics) {}
