package dev.heddle.ffi.dpdk;

/**
 * What a port knows of its link.
 *
 * @param up whether the driver says that the link is up; drivers of virtual devices often always do
 * @param speedMbps megabits a second; 0 where it is not known
 */
public record LinkState(boolean up, long speedMbps) {}
