package dev.heddle.table;

/**
 * What the packet path knows of one uplink: an interface that carries tunnels to other nodes.
 *
 * @param interfaceIndex index into {@link Underlay#uplinks()}, from the same numbers as those of
 *     pod interfaces
 * @param mac our MAC address there in the low 48 bits, first byte on the wire lowest, as a
 *     little-endian load of the frame's first bytes gives it
 * @param address4 our IPv4 tunnel address there, host byte order; 0 if none
 * @param address6High first 64 bits of our IPv6 tunnel address, host byte order
 * @param address6Low last 64 bits; both are 0 if there is none
 * @param mtuBytes largest IP packet on the underlay
 * @param vrfs VRF index by VXLAN network identifier, of the networks that this uplink carries
 * @param nodes node index by tunnel address: the peers that may send through this uplink. IPv6
 *     addresses are in host byte order, IPv4 ones are put in with {@link
 *     KeyTable.Builder#putAddress4}
 * @param neighbours index into {@link Neighbours} by address on this uplink's link, as in {@code
 *     nodes}: the nodes and gateways that its tunnels' packets are sent to
 */
public record Uplink(
    int interfaceIndex,
    long mac,
    int address4,
    long address6High,
    long address6Low,
    int mtuBytes,
    KeyTable vrfs,
    KeyTable nodes,
    KeyTable neighbours) {
  /** Whether there is an IPv6 tunnel address. */
  public boolean hasAddress6() {
    return (address6High | address6Low) != 0;
  }
}
