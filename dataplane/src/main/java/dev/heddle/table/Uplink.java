package dev.heddle.table;

/**
 * What the packet path knows of one uplink: an interface that carries tunnels to other nodes, or
 * leads to the outside of one network.
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
 *     nodes}: the nodes and gateways that packets are sent to
 * @param outside what else there is to know where it leads to the outside of a network; null where
 *     it carries tunnels
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
    KeyTable neighbours,
    Outside outside) {
  /** Whether there is an IPv6 tunnel address. */
  public boolean hasAddress6() {
    return (address6High | address6Low) != 0;
  }

  /** Whether another host of an uplink's link outside may have this address, host byte order. */
  public boolean isOnLink4(int address) {
    int differing = address ^ address4;
    return address4 != 0 && differing != 0 && (differing & outside.mask4()) == 0;
  }

  /** The same for IPv6. */
  public boolean isOnLink6(long high, long low) {
    long differingHigh = high ^ address6High;
    long differingLow = low ^ address6Low;
    boolean isOther = (differingHigh | differingLow) != 0;
    long beyond = differingHigh & outside.mask6High() | differingLow & outside.mask6Low();
    return hasAddress6() && isOther && beyond == 0;
  }
}
