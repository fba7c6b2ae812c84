package dev.heddle.port.dpdk;

/**
 * A DPDK port as it is asked for.
 *
 * @param interfaceIndex index of its interface
 * @param device the device's name and its driver's arguments, as DPDK has them
 * @param receiveQueues over which the device spreads flows
 * @param promiscuous whether it takes frames for whomever
 * @param mtuBytes largest IP packet
 * @param mac its Ethernet address in the low 48 bits, the first byte on the wire lowest; 0: the
 *     device's own
 * @param workers how many workers there are
 */
public record DpdkConfig(
    int interfaceIndex,
    String device,
    int receiveQueues,
    boolean promiscuous,
    int mtuBytes,
    long mac,
    int workers) {
  /** The same with another MTU. */
  public DpdkConfig withMtu(int bytes) {
    return new DpdkConfig(interfaceIndex, device, receiveQueues, promiscuous, bytes, mac, workers);
  }
}
