package dev.heddle.ffi.dpdk;

/**
 * What a device can do.
 *
 * @param driver its driver's name
 * @param maxReceiveQueues most receive queues
 * @param maxTransmitQueues most transmit queues
 */
public record DeviceInfo(String driver, int maxReceiveQueues, int maxTransmitQueues) {}
