#!/usr/bin/env python3
"""Writes the golden cases of an uplink: a received frame, its fate, the exact reply, the report.

Run it from anywhere, with scapy 2.5; it rewrites underlay-cases.txt, which UnderlayResponderTest
reads. What is expected is built with scapy from the RFCs, never taken from the answer itself.

A line is: name | frame | fate | reply or - | report or -
where a report is "address mac", followed by "answers" and "overrides" where it does.
"""
import os

from scapy.all import (ARP, Dot3, Ether, ICMP, ICMPv6EchoReply, ICMPv6EchoRequest,
                       ICMPv6NDOptDstLLAddr, ICMPv6NDOptSrcLLAddr, ICMPv6ND_NA, ICMPv6ND_NS,
                       ICMPv6ND_RA, ICMPv6ND_RS, IP, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                       Raw, STP, UDP, LLC)

from world import BROADCAST, cases, patched

OUTPUT = os.path.join(os.path.dirname(__file__),
                      "../resources/dev/heddle/stage/underlay-cases.txt")
OWN_MAC, NODE_MAC, OTHER_MAC = "02:00:00:00:01:01", "02:00:00:00:02:02", "02:00:00:00:02:03"
OWN4, NODE4, GATEWAY4, STRANGER4 = "192.0.2.1", "192.0.2.2", "192.0.2.254", "192.0.2.77"
OWN6, NODE6, GATEWAY6, STRANGER6 = "2001:db8::1", "2001:db8::2", "fe80::fe", "2001:db8::77"
ZERO_MAC = "00:00:00:00:00:00"


def case(name, frame, fate, reply=None, report=None):
    cases.append((name, bytes(frame), fate, bytes(reply) if reply is not None else None, report))


def sent(packet):
    """From us to the node."""
    return Ether(src=OWN_MAC, dst=NODE_MAC) / packet


def got(packet, src=NODE_MAC, dst=OWN_MAC):
    return Ether(src=src, dst=dst) / packet


def arp_cases():
    def arp(op, sender, target, mac=NODE_MAC, dst=OWN_MAC, ether=None, target_mac=ZERO_MAC):
        return Ether(src=ether or mac, dst=dst) / ARP(op=op, hwsrc=mac, psrc=sender,
                                                      hwdst=target_mac, pdst=target)

    def has(asker, mac=NODE_MAC):
        return Ether(src=OWN_MAC, dst=mac) / ARP(op=2, hwsrc=OWN_MAC, psrc=OWN4, hwdst=mac,
                                                 pdst=asker)

    case("ARP request", arp(1, NODE4, OWN4, dst=BROADCAST), "CONSUMED", has(NODE4))
    case("ARP request by unicast", arp(1, NODE4, OWN4), "CONSUMED", has(NODE4))
    case("ARP request of a neighbour that moved", arp(1, NODE4, OWN4, OTHER_MAC, BROADCAST),
         "CONSUMED", has(NODE4, OTHER_MAC), NODE4 + " " + OTHER_MAC + " overrides")
    case("ARP request of a neighbour not known yet", arp(1, GATEWAY4, OWN4, dst=BROADCAST),
         "CONSUMED", has(GATEWAY4), GATEWAY4 + " " + NODE_MAC + " overrides")
    case("ARP request of a stranger", arp(1, STRANGER4, OWN4, OTHER_MAC, BROADCAST), "CONSUMED",
         has(STRANGER4, OTHER_MAC))
    case("ARP request of a stranger with a group's MAC", arp(1, STRANGER4, OWN4, "03:00:00:00:00:01",
                                                           ether=NODE_MAC), "ARP_MALFORMED")
    case("ARP request for another", arp(1, NODE4, STRANGER4, dst=BROADCAST), "CONSUMED")
    case("ARP request for another of a neighbour not known yet",
         arp(1, GATEWAY4, STRANGER4, dst=BROADCAST), "CONSUMED", None,
         GATEWAY4 + " " + NODE_MAC + " overrides")
    case("ARP probe of our address", arp(1, "0.0.0.0", OWN4, OTHER_MAC, BROADCAST), "CONSUMED",
         has("0.0.0.0", OTHER_MAC))
    case("ARP probe of another's address", arp(1, "0.0.0.0", NODE4, OTHER_MAC, BROADCAST),
         "CONSUMED")
    case("ARP reply", arp(2, NODE4, OWN4, target_mac=OWN_MAC), "CONSUMED", None,
         NODE4 + " " + NODE_MAC + " answers overrides")
    case("ARP reply of a neighbour that moved", arp(2, NODE4, OWN4, OTHER_MAC, target_mac=OWN_MAC),
         "CONSUMED", None, NODE4 + " " + OTHER_MAC + " answers overrides")
    case("ARP reply of a gateway", arp(2, GATEWAY4, OWN4, target_mac=OWN_MAC), "CONSUMED", None,
         GATEWAY4 + " " + NODE_MAC + " answers overrides")
    case("ARP reply of a stranger", arp(2, STRANGER4, OWN4, target_mac=OWN_MAC), "CONSUMED")
    case("ARP reply to everybody", arp(2, NODE4, OWN4, OTHER_MAC, BROADCAST), "CONSUMED", None,
         NODE4 + " " + OTHER_MAC + " overrides")
    case("gratuitous ARP request", arp(1, NODE4, NODE4, OTHER_MAC, BROADCAST), "CONSUMED", None,
         NODE4 + " " + OTHER_MAC + " overrides")
    case("gratuitous ARP reply", arp(2, NODE4, NODE4, OTHER_MAC, BROADCAST), "CONSUMED", None,
         NODE4 + " " + OTHER_MAC + " overrides")
    case("gratuitous ARP without news", arp(1, NODE4, NODE4, dst=BROADCAST), "CONSUMED")
    case("gratuitous ARP of a stranger", arp(1, STRANGER4, STRANGER4, dst=BROADCAST), "CONSUMED")
    case("ARP from our own address", arp(1, OWN4, OWN4, OTHER_MAC, BROADCAST),
         "UNDERLAY_ADDRESS_CONFLICT")
    case("ARP of our own that came back", arp(1, OWN4, NODE4, OWN_MAC, BROADCAST),
         "UNDERLAY_NOT_FOR_US")
    case("ARP from no station", arp(1, NODE4, OWN4, ZERO_MAC, ether=NODE_MAC), "ARP_MALFORMED")
    case("ARP operation 3", arp(3, NODE4, OWN4), "ARP_MALFORMED")
    case("ARP cut short", Raw(bytes(arp(1, NODE4, OWN4))[:41]), "ARP_MALFORMED")
    case("ARP of another protocol", patched(arp(1, NODE4, OWN4), 16, 0x86, 0xdd), "ARP_MALFORMED")


def solicitation_cases():
    def ns(target, src=NODE6, mac=NODE_MAC, option=True, dst="ff02::1:ff00:1",
           to="33:33:ff:00:00:01", ether=None, hlim=255, **fields):
        message = ICMPv6ND_NS(tgt=target, **fields)
        if option:
            message = message / ICMPv6NDOptSrcLLAddr(lladdr=mac)
        return Ether(src=ether or mac, dst=to) / IPv6(src=src, dst=dst, hlim=hlim) / message

    def na(to, mac=NODE_MAC, solicited=1):
        return Ether(src=OWN_MAC, dst=mac) / IPv6(src=OWN6, dst=to, hlim=255) / ICMPv6ND_NA(
            tgt=OWN6, R=0, S=solicited, O=1) / ICMPv6NDOptDstLLAddr(lladdr=OWN_MAC)

    unicast = {"dst": OWN6, "to": OWN_MAC}
    case("NS", ns(OWN6), "CONSUMED", na(NODE6))
    case("NS by unicast", ns(OWN6, **unicast), "CONSUMED", na(NODE6))
    case("NS by unicast without option", ns(OWN6, option=False, **unicast), "CONSUMED", na(NODE6))
    case("NS of a neighbour that moved", ns(OWN6, mac=OTHER_MAC), "CONSUMED",
         na(NODE6, OTHER_MAC), NODE6 + " " + OTHER_MAC + " overrides")
    case("NS of a gateway", ns(OWN6, src=GATEWAY6), "CONSUMED", na(GATEWAY6),
         GATEWAY6 + " " + NODE_MAC + " overrides")
    case("NS of a stranger", ns(OWN6, src=STRANGER6, mac=OTHER_MAC), "CONSUMED",
         na(STRANGER6, OTHER_MAC))
    case("NS with a group's MAC", ns(OWN6, mac="03:00:00:00:00:01", ether=NODE_MAC), "CONSUMED",
         na(NODE6))
    case("NS for another", ns(STRANGER6), "CONSUMED")
    case("duplicate address detection of our address", ns(OWN6, src="::", option=False),
         "CONSUMED", na("ff02::1", "33:33:00:00:00:01", 0))
    case("duplicate address detection of another", ns(STRANGER6, src="::", option=False),
         "CONSUMED")
    case("NS from our own address", ns(NODE6, src=OWN6, mac=OTHER_MAC),
         "UNDERLAY_ADDRESS_CONFLICT")
    case("NS with hop limit 254", ns(OWN6, hlim=254), "ND_MALFORMED")
    case("NS with a wrong checksum", ns(OWN6, cksum=0x1234), "ND_MALFORMED")
    case("duplicate address detection with an option", ns(OWN6, src="::"), "ND_MALFORMED")
    case("router solicitation", Ether(src=NODE_MAC, dst="33:33:00:00:00:02")
         / IPv6(src=GATEWAY6, dst="ff02::2", hlim=255) / ICMPv6ND_RS(), "CONSUMED")
    case("router advertisement", Ether(src=NODE_MAC, dst="33:33:00:00:00:01")
         / IPv6(src=GATEWAY6, dst="ff02::1", hlim=255) / ICMPv6ND_RA(), "CONSUMED")


def advertisement_cases():
    def na(target, mac=NODE_MAC, dst=OWN6, to=OWN_MAC, ether=NODE_MAC, **fields):
        flags = {"R": 0, "S": 1, "O": 1}
        flags.update(fields)
        message = ICMPv6ND_NA(tgt=target, **flags)
        if mac:
            message = message / ICMPv6NDOptDstLLAddr(lladdr=mac)
        return Ether(src=ether, dst=to) / IPv6(src=target if target != "ff02::9" else NODE6,
                                               dst=dst, hlim=255) / message

    everybody = {"dst": "ff02::1", "to": "33:33:00:00:00:01", "S": 0}
    case("NA", na(NODE6), "CONSUMED", None, NODE6 + " " + NODE_MAC + " answers overrides")
    case("NA of a gateway", na(GATEWAY6), "CONSUMED", None,
         GATEWAY6 + " " + NODE_MAC + " answers overrides")
    case("NA that does not override", na(NODE6, OTHER_MAC, O=0), "CONSUMED", None,
         NODE6 + " " + OTHER_MAC + " answers")
    case("NA without option", na(NODE6, None, O=0), "CONSUMED", None,
         NODE6 + " " + ZERO_MAC + " answers")
    case("NA unasked", na(NODE6, OTHER_MAC, **everybody), "CONSUMED", None,
         NODE6 + " " + OTHER_MAC + " overrides")
    case("NA unasked that does not override", na(NODE6, OTHER_MAC, O=0, **everybody), "CONSUMED",
         None, NODE6 + " " + OTHER_MAC)
    case("NA unasked without news", na(NODE6, **everybody), "CONSUMED")
    case("NA unasked without option", na(NODE6, None, **everybody), "CONSUMED")
    case("NA of a stranger", na(STRANGER6), "CONSUMED")
    case("NA of our address", na(OWN6, OTHER_MAC, **everybody), "UNDERLAY_ADDRESS_CONFLICT")
    case("NA with a group's MAC", na(NODE6, "33:33:00:00:00:09"), "ND_MALFORMED")
    case("NA to everybody that says it answers", na(NODE6, dst="ff02::1", to="33:33:00:00:00:01"),
         "ND_MALFORMED")
    case("NA for a multicast target", na("ff02::9"), "ND_MALFORMED")


def echo_cases():
    def ping(length=56, src=NODE4, dst=OWN4, **fields):
        return IP(src=src, dst=dst, **fields) / ICMP(id=7, seq=1) / Raw(bytes(range(length)))

    def pong(length=56, tos=0):
        return sent(IP(src=OWN4, dst=NODE4, id=0, flags="DF", ttl=64, tos=tos)
                    / ICMP(type=0, id=7, seq=1) / Raw(bytes(range(length))))

    case("echo request", got(ping()), "CONSUMED", pong())
    case("echo request with a traffic class", got(ping(tos=0x2e)), "CONSUMED", pong(tos=0x2e))
    case("echo request, TTL 1", got(ping(ttl=1)), "CONSUMED", pong())
    case("echo request, padded", Raw(bytes(got(ping(4))) + bytes(14)), "CONSUMED", pong(4))
    case("echo reply", got(IP(src=NODE4, dst=OWN4) / ICMP(type=0)), "CONSUMED")
    case("port unreachable", got(IP(src=NODE4, dst=OWN4) / ICMP(type=3, code=3)
                                 / IP(src=OWN4, dst=NODE4) / UDP(dport=4789)), "CONSUMED")
    case("echo request with a wrong checksum",
         got(IP(src=NODE4, dst=OWN4) / ICMP(chksum=0x1234) / Raw(b"abc")), "ICMP_MALFORMED")
    case("echo request to another address", got(ping(dst=STRANGER4)), "UNDERLAY_NOT_FOR_US")
    case("echo request to another MAC", got(ping(), dst=OTHER_MAC), "UNDERLAY_NOT_FOR_US")
    case("echo request from our own MAC", got(ping(), src=OWN_MAC), "UNDERLAY_NOT_FOR_US")
    case("echo request to everybody's MAC", got(ping(), dst=BROADCAST), "MULTICAST_UNSUPPORTED")
    case("echo request to a group", got(ping(dst="224.0.0.1"), dst="01:00:5e:00:00:01"),
         "MULTICAST_UNSUPPORTED")
    case("fragment", got(ping(flags="MF")), "FRAGMENT_FOR_ROUTER")
    case("UDP to another port", got(IP(src=NODE4, dst=OWN4) / UDP(dport=53)), "NO_SERVICE")
    case("IPv4 with a wrong checksum", got(ping(chksum=0x1234)), "IP4_BAD_CHECKSUM")
    case("IPv4 from a martian", got(ping(src="127.0.0.1")), "IP4_MARTIAN_SOURCE")
    ping6 = ICMPv6EchoRequest(id=7, seq=1, data=bytes(range(40)))
    pong6 = ICMPv6EchoReply(id=7, seq=1, data=bytes(range(40)))
    case("IPv6 echo request", got(IPv6(src=NODE6, dst=OWN6) / ping6), "CONSUMED",
         sent(IPv6(src=OWN6, dst=NODE6, hlim=64) / pong6))
    case("IPv6 echo request from a link-local address", got(IPv6(src=GATEWAY6, dst=OWN6) / ping6),
         "CONSUMED", sent(IPv6(src=OWN6, dst=GATEWAY6, hlim=64) / pong6))
    options = IPv6(src=NODE6, dst=OWN6) / IPv6ExtHdrDestOpt() / ping6
    case("IPv6 echo request behind options", got(options), "CONSUMED",
         sent(IPv6(src=OWN6, dst=NODE6, hlim=64) / pong6))
    case("IPv6 echo request to another", got(IPv6(src=NODE6, dst=STRANGER6) / ping6),
         "UNDERLAY_NOT_FOR_US")
    case("IPv6 echo request to all nodes",
         got(IPv6(src=NODE6, dst="ff02::1") / ping6, dst="33:33:00:00:00:01"),
         "MULTICAST_UNSUPPORTED")
    case("IPv6 echo request from nowhere", got(IPv6(src="::", dst=OWN6) / ping6),
         "IP6_MARTIAN_SOURCE")
    case("IPv6 fragment", got(IPv6(src=NODE6, dst=OWN6) / IPv6ExtHdrFragment(m=1, nh=58)
                              / Raw(bytes(8))), "FRAGMENT_FOR_ROUTER")
    case("IPv6 UDP to another port", got(IPv6(src=NODE6, dst=OWN6) / UDP(dport=53)), "NO_SERVICE")
    case("IPv6 cut short", Raw(bytes(got(IPv6(src=NODE6, dst=OWN6) / ping6))[:50]), "TOO_SHORT")


def ethernet_cases():
    case("spanning tree", Dot3(src=NODE_MAC, dst="01:80:c2:00:00:00") / LLC() / STP(),
         "UNKNOWN_ETHERTYPE")
    case("13 bytes", Raw(bytes(13)), "TOO_SHORT")
    case("from a group's MAC", got(IP(src=NODE4, dst=OWN4) / ICMP(), src="03:00:00:00:00:01"),
         "UNDERLAY_NOT_FOR_US")


def main():
    arp_cases()
    solicitation_cases()
    advertisement_cases()
    echo_cases()
    ethernet_cases()
    assert len({c[0] for c in cases}) == len(cases), "names must differ"
    with open(OUTPUT, "w", encoding="ascii") as out:
        out.write("# Written by src/test/scapy/underlay_cases.py; do not edit.\n")
        for name, frame, fate, reply, report in cases:
            out.write("%s | %s | %s | %s | %s\n" % (
                name, frame.hex(), fate, reply.hex() if reply else "-", report or "-"))
    print("%d cases" % len(cases))


main()
