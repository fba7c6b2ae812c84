package dev.heddle.ffi.dpdk;

/**
 * A driver's own counters since the port was configured.
 *
 * @param receivedPackets packets received
 * @param receivedBytes their bytes
 * @param transmittedPackets packets sent
 * @param transmittedBytes their bytes
 * @param missedPackets packets the device dropped because nobody took them in time
 * @param receiveErrors packets received in error
 * @param transmitErrors packets that could not be sent
 * @param withoutBuffer packets for which there was no free buffer
 */
public record PortStatistics(
    long receivedPackets,
    long receivedBytes,
    long transmittedPackets,
    long transmittedBytes,
    long missedPackets,
    long receiveErrors,
    long transmitErrors,
    long withoutBuffer) {}
