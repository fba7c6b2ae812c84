/**
 * Packet filters of libpcap: an expression as tcpdump takes it becomes a program for the classic
 * Berkeley packet filter, which then runs over packets in memory. Nothing here opens an interface.
 */
package dev.heddle.ffi.pcap;
