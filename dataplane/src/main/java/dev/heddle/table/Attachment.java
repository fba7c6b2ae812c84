package dev.heddle.table;

/**
 * What the pipeline knows of one pod interface: the network it stands in and the addresses it may
 * send from.
 *
 * @param interfaceIndex index into {@link Tables#attachments()}, and into the workers' transmit
 *     queues and counters
 * @param vrfIndex index into {@link Tables#vrfs()}
 * @param routerMac the gateway's MAC address in the low 48 bits, first byte on the wire lowest, as
 *     a little-endian load of the frame's first bytes gives it
 * @param podMac the endpoint's own MAC address, in the same form
 * @param address4 the endpoint's first IPv4 address, as a little-endian load of the header field
 *     gives it; 0 if none
 * @param address6High first 8 bytes of the endpoint's first IPv6 address, as a little-endian load
 *     gives them
 * @param address6Low last 8 bytes, likewise; both are 0 if there is none
 * @param otherSources4 further IPv4 sources the endpoint may use: pairs of address and mask, host
 *     byte order
 * @param otherSources6 further IPv6 sources: triples of high 64 bits, low 64 bits (host byte
 *     order), prefix length
 * @param mtuBytes largest IP packet towards this endpoint
 * @param egressProgram the program in {@link Tables#policies()} that decides what the endpoint may
 *     send; 0 if none
 * @param ingressProgram the one that decides what it may receive; 0 if none
 * @param ipMode whether its frames carry no Ethernet header (memif IP mode)
 */
public record Attachment(
    int interfaceIndex,
    int vrfIndex,
    long routerMac,
    long podMac,
    int address4,
    long address6High,
    long address6Low,
    int[] otherSources4,
    long[] otherSources6,
    int mtuBytes,
    int egressProgram,
    int ingressProgram,
    boolean ipMode) {}
