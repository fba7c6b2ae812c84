package dev.heddle.table;

/**
 * What there is to know of an uplink that leads to the outside of a network.
 *
 * @param vrf index of that network
 * @param mask4 of the uplink's link, for its IPv4 address; of no meaning without one
 * @param mask6High the same for the first 64 bits of its IPv6 address
 * @param mask6Low the same for the last 64 bits
 */
public record Outside(int vrf, int mask4, long mask6High, long mask6Low) {}
