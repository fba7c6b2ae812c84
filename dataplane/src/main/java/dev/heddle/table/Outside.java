package dev.heddle.table;

/**
 * An uplink's network, where plain packets of one network leave and arrive.
 *
 * @param vrf index of that network
 * @param prefixLength4 addresses that share so many bits with the uplink's IPv4 address are on the
 *     link; of no meaning without one
 * @param prefixLength6 the same for IPv6
 */
public record Outside(int vrf, int prefixLength4, int prefixLength6) {}
