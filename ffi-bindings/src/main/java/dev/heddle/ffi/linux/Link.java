package dev.heddle.ffi.linux;

/**
 * A network interface as it is now.
 *
 * @param index in its namespace
 * @param kind such as {@code tun} (which a tap is too); empty where it has none, such as hardware's
 * @param alias a text that somebody attached to it; empty if nobody did
 * @param mac its Ethernet address in the low 48 bits, the first byte on the wire lowest; 0 if it
 *     has none
 * @param mtuBytes largest IP packet
 * @param isUp whether it is up, be there a carrier or not
 */
public record Link(int index, String kind, String alias, long mac, int mtuBytes, boolean isUp) {}
