"""The network and the endpoint of the golden cases, and how frames and ICMP errors are made.

What is expected is built with scapy from the RFCs, never taken from the router's own output.
"""
import struct

from scapy.all import ICMP, IP, IPv6, Ether, Raw

POD_MAC = "02:00:00:00:00:0a"
ROUTER_MAC = "02:48:45:44:44:4c"
BROADCAST = "ff:ff:ff:ff:ff:ff"
POD4, OWN4, GATEWAY4 = "172.19.1.10", "172.19.1.11", "172.19.0.1"  # range 172.19.0.0/16
ROUTED4 = "10.99.0.7"  # in 10.99.0.0/24, which the pod may also send from
PEER4, OUTSIDE4 = "172.19.2.20", "198.51.100.9"
POD6, OWN6, GATEWAY6 = "fd00:56::a", "fd00:56::b", "fd00:56::1"  # range fd00:56::/64
ROUTED6 = "fd00:99:0:7::1"  # in fd00:99::/48, which the pod may also send from
PEER6, OUTSIDE6 = "fd00:56::14", "2001:db8::9"
POD_LL = "fe80::ff:fe00:a"
ROUTER_LL = "fe80::48:45ff:fe44:444c"  # EUI-64 of ROUTER_MAC

cases = []
topics = {}


def topic(name, rule):
    """The next cases are of this topic, each of which makes a golden directory."""
    topics[name] = (rule, [])


def case(name, frame, fate, reply=None, call="inspect"):
    made = (name, call, bytes(frame), fate, bytes(reply) if reply is not None else None)
    cases.append(made)
    if topics:
        list(topics.values())[-1][1].append(made)


def up(packet, dst=ROUTER_MAC, kind=None):
    """From the pod; raw bytes need the EtherType."""
    if isinstance(packet, Raw):
        return Ether(src=POD_MAC, dst=dst, type=kind) / packet
    return Ether(src=POD_MAC, dst=dst) / packet


def down(packet):
    """From the router."""
    return Ether(src=ROUTER_MAC, dst=POD_MAC) / packet


def poke(packet, offset, *values):
    """The packet's bytes with some of them overwritten."""
    raw = bytearray(bytes(packet))
    raw[offset:offset + len(values)] = bytes(values)
    return bytes(raw)


def patched(frame, offset, *values):
    return Raw(poke(frame, offset, *values))


def checksum(data):
    """RFC 1071, written out."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def error4(original, icmp, rest=0, limit=576):
    """An ICMP error about an IPv4 packet (RFC 1812 4.3.2): DF, precedence 6, from the gateway."""
    quoted = bytes(original)[:limit - 28]
    header = bytes(ICMP(type=icmp[0], code=icmp[1], chksum=0))[:4] + struct.pack("!I", rest)
    message = Raw(header + quoted)
    checked = bytearray(bytes(message))
    struct.pack_into("!H", checked, 2, checksum(bytes(checked)))
    return down(IP(src=GATEWAY4, dst=original.src, ttl=64, tos=0xc0, id=0, flags="DF", proto=1)
                / Raw(bytes(checked)))


def error6(original, message, source=GATEWAY6):
    quoted = bytes(original)[:1280 - 48]
    return down(IPv6(src=source, dst=original.src, hlim=64) / message / Raw(quoted))
