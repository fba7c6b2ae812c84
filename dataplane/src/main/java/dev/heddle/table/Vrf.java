package dev.heddle.table;

/**
 * One network's routing table.
 *
 * @param index position in {@link Tables#vrfs()}
 * @param vni VXLAN network identifier, 24 bits
 * @param lpm4Root handle that {@code Lpm4} looks IPv4 destinations up from
 * @param lpm6Root handle that {@code Lpm6} looks IPv6 destinations up from
 * @param range4 first address of the network's IPv4 range, host byte order
 * @param range4Mask mask of that range; the range is absent when {@code range4} and the mask are
 *     both -1
 * @param range6High first 64 bits of the network's IPv6 range, host byte order
 * @param range6Low last 64 bits
 * @param range6Length prefix length of the IPv6 range, 0 to 128; -1 when absent
 * @param gateway4 the router's own IPv4 address in this network, host byte order; 0 if none. It
 *     answers echo requests and is the source of ICMP errors
 * @param gateway6High first 64 bits of the router's own IPv6 address, host byte order; both are 0
 *     if none
 * @param gateway6Low last 64 bits
 */
public record Vrf(
    int index,
    int vni,
    long lpm4Root,
    long lpm6Root,
    int range4,
    int range4Mask,
    long range6High,
    long range6Low,
    int range6Length,
    int gateway4,
    long gateway6High,
    long gateway6Low) {}
