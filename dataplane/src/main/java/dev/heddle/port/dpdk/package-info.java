/**
 * Uplinks that DPDK drives: {@link dev.heddle.port.dpdk.DpdkPort} is the device, its queues are
 * polled and written by workers. docs/design/uplinks.md says how an uplink is owned.
 */
package dev.heddle.port.dpdk;
