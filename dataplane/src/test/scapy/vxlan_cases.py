#!/usr/bin/env python3
"""Writes the golden cases of encapsulation: an inner frame and the whole outer one.

Run it from anywhere, with scapy 2.5; it rewrites vxlan-cases.txt, which EncapsulationTest reads.
The outer frames are built with scapy; only the hash of the source port is written out here as
docs/design/vxlan.md has it.

A line is: name | underlay | network identifier | inner frame | outer frame
where underlay is "ipv4", "ipv6" or "ipv6-checksums".
"""
import os

from scapy.all import (Ether, ICMP, ICMPv6EchoRequest, IP, IPOption_NOP, IPv6,
                       IPv6ExtHdrFragment, Raw, SCTP, TCP, UDP)
from scapy.layers.vxlan import VXLAN

OUTPUT = os.path.join(os.path.dirname(__file__), "../resources/dev/heddle/stage/vxlan-cases.txt")
UPLINK_MAC, NEIGHBOUR_MAC = "02:00:00:00:00:0b", "02:00:00:00:00:0c"
NODE_MAC, ROUTER_MAC = "02:48:45:44:44:4c", "02:48:45:44:44:4c"
OWN4, NODE4 = "192.168.0.1", "192.168.254.2"
OWN6, NODE6 = "fd00:1:2:3::10", "fd00:1:2:3::20"
MASK = (1 << 64) - 1
WITH_PORTS = (6, 17, 132)


def mix(value):
    product = value * 0xC2B2AE3D27D4EB4F & MASK
    return product ^ product >> 32


def little(data):
    return int.from_bytes(data, "little")


def finish(one, other, protocol):
    total = mix(one) + mix(other) + protocol & MASK
    return (total * 0x9E3779B97F4A7C15 & MASK) >> 48


def flow_hash(frame):
    ip = frame[14:]
    if ip[0] >> 4 == 4:
        fragment = (ip[6] & 0x3f) | ip[7]
        protocol = ip[9]
        ports = ip[20:24] if protocol in WITH_PORTS and not fragment else bytes(4)
        return finish(little(ip[12:16]) << 16 | little(ports[:2]),
                      little(ip[16:20]) << 16 | little(ports[2:]), protocol)
    protocol = ip[6]
    ports = ip[40:44] if protocol in WITH_PORTS else bytes(4)
    ends = [mix(little(a[:8])) + little(a[8:]) + little(p) & MASK
            for a, p in ((ip[8:24], ports[:2]), (ip[24:40], ports[2:]))]
    return finish(ends[0], ends[1], protocol)


def outer(underlay, vni, inner):
    value = flow_hash(inner)
    raw = value.to_bytes(2, "little")
    port = (raw[0] | 0xc0) << 8 | raw[1]
    ecn = inner[15] & 3 if inner[14] >> 4 == 4 else inner[15] >> 4 & 3
    ether = Ether(src=UPLINK_MAC, dst=NEIGHBOUR_MAC)
    vxlan = VXLAN(flags=0x08, vni=vni) / Raw(inner)
    if underlay == "ipv4":
        ip = IP(src=OWN4, dst=NODE4, ttl=64, id=0, flags="DF", tos=ecn)
        return bytes(ether / ip / UDP(sport=port, dport=4789, chksum=0) / vxlan)
    ip = IPv6(src=OWN6, dst=NODE6, hlim=64, tc=ecn, fl=raw[0] << 8 | raw[1])
    checksum = {} if underlay == "ipv6-checksums" else {"chksum": 0}
    return bytes(ether / ip / UDP(sport=port, dport=4789, **checksum) / vxlan)


def packets():
    four = {"src": "10.1.0.10", "dst": "10.2.0.20", "ttl": 63}
    six = {"src": "fd00:1::a", "dst": "fd00:2::14", "hlim": 63}
    yield "UDP over IPv4", IP(**four) / UDP(sport=53, dport=40000) / b"payload"
    yield "UDP over IPv4, the other way", (IP(src=four["dst"], dst=four["src"], ttl=63)
                                           / UDP(sport=40000, dport=53) / b"payload")
    yield "TCP over IPv4", IP(**four) / TCP(sport=443, dport=50000) / bytes(1400)
    yield "SCTP over IPv4", IP(**four) / SCTP(sport=9, dport=10) / bytes(20)
    yield "ICMP over IPv4", IP(**four) / ICMP() / bytes(56)
    yield "IPv4 fragment", IP(frag=7, **four) / UDP(sport=53, dport=1) / bytes(33)
    yield "IPv4 first fragment", IP(flags="MF", **four) / UDP(sport=53, dport=1) / bytes(33)
    yield "IPv4 with options", IP(options=[IPOption_NOP()] * 4, **four) / TCP() / bytes(9)
    for ecn in range(4):
        yield "IPv4, ECN %d" % ecn, IP(tos=0xb8 | ecn, **four) / TCP() / bytes(10)
        yield "IPv6, ECN %d" % ecn, IPv6(tc=0xb8 | ecn, **six) / TCP() / bytes(10)
    yield "UDP over IPv6", IPv6(**six) / UDP(sport=53, dport=40000) / b"odd"
    yield "TCP over IPv6", IPv6(fl=0x12345, **six) / TCP(sport=443, dport=50000) / bytes(1300)
    yield "ICMP over IPv6", IPv6(**six) / ICMPv6EchoRequest(data=bytes(57))
    yield "IPv6 fragment", IPv6(**six) / IPv6ExtHdrFragment(offset=4, nh=17) / bytes(64)


def main():
    lines = []
    for name, packet in packets():
        inner = bytes(Ether(src=ROUTER_MAC, dst=NODE_MAC) / packet)
        for underlay in ("ipv4", "ipv6", "ipv6-checksums"):
            for vni in (1, 0x123456, 0xffffff):
                lines.append("%s | %s | %d | %s | %s\n" % (
                    name, underlay, vni, inner.hex(), outer(underlay, vni, inner).hex()))
    with open(OUTPUT, "w", encoding="ascii") as out:
        out.write("# Written by src/test/scapy/vxlan_cases.py; do not edit.\n")
        out.writelines(lines)
    print("%d cases" % len(lines))


if __name__ == "__main__":
    main()
