#!/usr/bin/env python3
"""Writes the golden cases of the router: a received frame, its fate and the exact reply.

What is expected is built here with scapy from the RFCs, never taken from the router's own output.
Run from the project's root; it rewrites router-cases.txt, which the test reads:

    /usr/bin/python3 dataplane/src/test/scapy/router_cases.py

A line is: name | call | frame | fate | reply or -
where call is "inspect", "inspect-ip" (memif IP mode) or "refuse:REASON:MTU".
"""
import os
import struct

os.environ.setdefault("SCAPY_USE_LIBPCAP", "no")
from scapy.all import (ARP, Ether, ICMP, ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest,  # noqa: E402
                       ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6ND_Redirect, ICMPv6ND_RS,
                       ICMPv6NDOptDstLLAddr, ICMPv6NDOptSrcLLAddr, ICMPv6PacketTooBig,
                       ICMPv6ParamProblem, ICMPv6TimeExceeded, ICMPv6MLReport2, IP, IPOption_LSRR,
                       IPOption_NOP, IPOption_RR, IPOption_Router_Alert, IPOption_SSRR, IPv6,
                       IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, IPv6ExtHdrHopByHop,
                       IPv6ExtHdrRouting, PadN, RouterAlert, Raw, TCP, UDP)

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


def case(name, frame, fate, reply=None, call="inspect"):
    cases.append((name, call, bytes(frame), fate, bytes(reply) if reply is not None else None))


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


def error4(original, icmp, rest=0, limit=576):
    """An ICMP error about an IPv4 packet (RFC 1812 4.3.2): DF, precedence 6, from the gateway."""
    quoted = bytes(original)[:limit - 28]
    header = bytes(ICMP(type=icmp[0], code=icmp[1], chksum=0))[:4] + struct.pack("!I", rest)
    message = Raw(header + quoted)
    checked = bytearray(bytes(message))
    struct.pack_into("!H", checked, 2, checksum(bytes(checked)))
    return down(IP(src=GATEWAY4, dst=original.src, ttl=64, tos=0xc0, id=0, flags="DF", proto=1)
                / Raw(bytes(checked)))


def checksum(data):
    """RFC 1071, written out."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def error6(original, message, source=GATEWAY6):
    quoted = bytes(original)[:1280 - 48]
    return down(IPv6(src=source, dst=original.src, hlim=64) / message / Raw(quoted))


def arp_cases():
    def who(target, sender=POD4, hardware=POD_MAC, dst=BROADCAST, op=1):
        return Ether(src=POD_MAC, dst=dst) / ARP(op=op, hwsrc=hardware, psrc=sender,
                                                 hwdst="00:00:00:00:00:00", pdst=target)

    def has(target, asker=POD4):
        return down(ARP(op=2, hwsrc=ROUTER_MAC, psrc=target, hwdst=POD_MAC, pdst=asker))

    case("ARP for the gateway", who(GATEWAY4), "CONSUMED", has(GATEWAY4))
    case("ARP for another pod", who(PEER4), "CONSUMED", has(PEER4))
    case("ARP for an address nobody has", who("172.19.200.200"), "CONSUMED", has("172.19.200.200"))
    case("ARP to the router's MAC", who(PEER4, dst=ROUTER_MAC), "CONSUMED", has(PEER4))
    case("ARP from a further address", who(PEER4, sender=OWN4), "CONSUMED", has(PEER4, OWN4))
    case("ARP from a routed prefix", who(GATEWAY4, sender=ROUTED4), "CONSUMED",
         has(GATEWAY4, ROUTED4))
    case("ARP padded to 60 bytes", Raw(bytes(who(PEER4)) + bytes(18)), "CONSUMED", has(PEER4))
    case("ARP for a further address of one's own", who(OWN4), "CONSUMED")
    case("ARP announcement", who(POD4), "CONSUMED")
    case("ARP probe of one's own address", who(POD4, sender="0.0.0.0"), "CONSUMED")
    case("ARP probe of a foreign address", who(PEER4, sender="0.0.0.0"), "CONSUMED")
    case("ARP for an address outside the range", who(OUTSIDE4), "CONSUMED")
    case("ARP reply", who(GATEWAY4, op=2), "CONSUMED")
    case("ARP reply with a foreign sender", who(GATEWAY4, sender=PEER4, op=2), "SPOOFED_SOURCE")
    case("ARP with a foreign sender", who(GATEWAY4, sender=PEER4), "SPOOFED_SOURCE")
    case("ARP announcing the gateway", who(GATEWAY4, sender=GATEWAY4), "SPOOFED_SOURCE")
    case("ARP to another MAC", who(PEER4, dst="02:00:00:00:00:0b"), "NOT_FOR_ROUTER")
    case("ARP cut short", Raw(bytes(who(PEER4))[:41]), "ARP_MALFORMED")
    case("ARP of another hardware", patched(who(PEER4), 15, 6), "ARP_MALFORMED")
    case("ARP of another protocol", patched(who(PEER4), 16, 0x86, 0xdd), "ARP_MALFORMED")
    case("ARP with hardware length 8", patched(who(PEER4), 18, 8), "ARP_MALFORMED")
    case("ARP with protocol length 16", patched(who(PEER4), 19, 16), "ARP_MALFORMED")
    case("RARP operation", who(PEER4, op=3), "ARP_MALFORMED")
    case("ARP operation 0", who(PEER4, op=0), "ARP_MALFORMED")


def ethernet_cases():
    packet = IP(src=POD4, dst=PEER4, ttl=64) / UDP(sport=1, dport=2) / b"payload"
    case("empty frame", Raw(b""), "TOO_SHORT")
    case("frame of 13 bytes", Raw(bytes(up(packet))[:13]), "TOO_SHORT")
    case("frame to another MAC", up(packet, dst="02:00:00:00:00:0b"), "NOT_FOR_ROUTER")
    case("frame to the sender's MAC", up(packet, dst=POD_MAC), "NOT_FOR_ROUTER")
    case("LLDP", Ether(src=POD_MAC, dst="01:80:c2:00:00:0e", type=0x88cc) / Raw(bytes(46)),
         "UNKNOWN_ETHERTYPE")
    case("VLAN tag", Ether(src=POD_MAC, dst=ROUTER_MAC, type=0x8100) / Raw(bytes(46)),
         "UNKNOWN_ETHERTYPE")


def checks4_cases():
    packet = IP(src=POD4, dst=PEER4, ttl=64) / UDP(sport=1, dport=2) / b"payload"
    whole = bytes(IP(bytes(packet)))

    def header(**fields):
        made = IP(src=POD4, dst=PEER4, ttl=64, proto=17, len=27)
        for name, value in fields.items():
            setattr(made, name, value)
        return up(Raw(bytes(made) + b"payload"), kind=0x800)

    case("IPv4 transit", up(packet), "TRANSIT")
    case("IPv4 transit with padding", Raw(bytes(up(packet)) + bytes(20)), "TRANSIT")
    case("IPv4 transit of 20 bytes", up(IP(src=POD4, dst=PEER4, proto=253)), "TRANSIT")
    case("IPv4 transit from a further address", up(IP(src=OWN4, dst=PEER4) / UDP()), "TRANSIT")
    case("IPv4 transit from a routed prefix", up(IP(src=ROUTED4, dst=PEER4) / UDP()), "TRANSIT")
    case("IPv4 transit with TTL 2", up(IP(src=POD4, dst=PEER4, ttl=2) / UDP()), "TRANSIT")
    case("IPv4 header cut at 19 bytes", up(Raw(whole[:19]), kind=0x800), "TOO_SHORT")
    for version in (0, 5, 6, 15):
        case("IPv4 with version %d" % version, header(version=version), "IP4_BAD_VERSION")
    case("IPv4 with a header of 16 bytes", header(ihl=4), "IP4_BAD_HEADER_LENGTH")
    case("IPv4 with a header of 0 bytes", header(ihl=0), "IP4_BAD_HEADER_LENGTH")
    case("IPv4 with a header beyond the frame", header(ihl=15), "IP4_BAD_HEADER_LENGTH")
    case("IPv4 total length 19", header(len=19), "IP4_BAD_TOTAL_LENGTH")
    case("IPv4 total length 0", header(len=0), "IP4_BAD_TOTAL_LENGTH")
    case("IPv4 total length one beyond the frame", header(len=28), "IP4_BAD_TOTAL_LENGTH")
    case("IPv4 total length 65535", header(len=65535), "IP4_BAD_TOTAL_LENGTH")
    case("IPv4 checksum one off", patched(up(packet), 25, bytes(up(packet))[25] ^ 1),
         "IP4_BAD_CHECKSUM")
    case("IPv4 checksum zero", header(chksum=0), "IP4_BAD_CHECKSUM")
    case("IPv4 option not in the checksum",
         patched(up(IP(src=POD4, dst=PEER4, options=[IPOption_NOP()] * 4) / UDP()), 34, 0),
         "IP4_BAD_CHECKSUM")
    for source in ("0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "224.0.0.1",
                   "239.255.255.255", "240.0.0.1", "255.255.255.255"):
        case("IPv4 from " + source, header(src=source), "IP4_MARTIAN_SOURCE")
    for target in ("0.0.0.0", "0.255.255.255", "127.0.0.1", "127.9.9.9", "240.0.0.0",
                   "255.255.255.254"):
        case("IPv4 to " + target, header(dst=target), "IP4_MARTIAN_DESTINATION")
    for target in ("224.0.0.0", "224.0.0.251", "239.255.255.255", "255.255.255.255",
                   "172.19.255.255"):
        case("IPv4 to group " + target, header(dst=target), "MULTICAST_UNSUPPORTED")
    case("DHCP discover", up(IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67),
                             dst=BROADCAST), "MULTICAST_UNSUPPORTED")
    case("IPv4 unicast in a broadcast frame", up(packet, dst=BROADCAST), "MULTICAST_UNSUPPORTED")
    case("IPv4 to the network's address", header(dst="172.19.0.0"), "TRANSIT")
    for source in (PEER4, GATEWAY4, OUTSIDE4, "10.99.1.7", "172.19.1.12", "169.254.1.1"):
        case("IPv4 spoofing " + source, header(src=source), "SPOOFED_SOURCE")


def options4_cases():
    def with_options(*options, dst=PEER4, ttl=64):
        return IP(src=POD4, dst=dst, ttl=ttl, options=list(options)) / UDP() / b"x"

    case("IPv4 with no-operations", up(with_options(IPOption_NOP(), IPOption_NOP())), "TRANSIT")
    case("IPv4 record route", up(with_options(IPOption_RR(routers=["0.0.0.0"] * 9))), "TRANSIT")
    case("IPv4 router alert", up(with_options(IPOption_Router_Alert())), "TRANSIT")
    case("IPv4 loose source route", up(with_options(IPOption_LSRR(routers=[PEER4]))),
         "IP4_SOURCE_ROUTE")
    case("IPv4 strict source route to the router",
         up(with_options(IPOption_SSRR(routers=[PEER4]), dst=GATEWAY4)), "IP4_SOURCE_ROUTE")
    case("IPv4 source route behind another option",
         up(with_options(IPOption_NOP(), IPOption_LSRR(routers=[PEER4]))), "IP4_SOURCE_ROUTE")

    def raw_options(data):
        made = IP(src=POD4, dst=PEER4, ihl=5 + len(data) // 4, proto=253)
        raw = bytearray(bytes(made)[:20] + data + b"rest")
        struct.pack_into("!H", raw, 2, len(raw))
        struct.pack_into("!H", raw, 10, 0)
        struct.pack_into("!H", raw, 10, checksum(bytes(raw[:20 + len(data)])))
        return IP(bytes(raw))

    ended = raw_options(b"\x00\x83\x01\x00")
    case("IPv4 anything behind the end of options", up(Raw(bytes(ended)), kind=0x800), "TRANSIT")
    for name, data, pointer in (("length 0", b"\x07\x00\x00\x00", 20),
                                ("length 1", b"\x01\x07\x01\x00", 21),
                                ("beyond the header", b"\x01\x01\x07\x03", 22),
                                ("without a length", b"\x01\x01\x01\x44", 23)):
        bad = raw_options(data)
        case("IPv4 option " + name, up(Raw(bytes(bad)), kind=0x800), "IP4_BAD_OPTION",
             error4(bad, (12, 0), pointer << 24))


def local4_cases():
    def ping(data=b"abcdefgh", dst=GATEWAY4, **ip):
        return IP(src=POD4, dst=dst, **ip) / ICMP(type=8, id=0x1234, seq=7) / data

    def pong(data=b"abcdefgh", tos=0):
        return down(IP(src=GATEWAY4, dst=POD4, ttl=64, id=0, flags="DF", tos=tos)
                    / ICMP(type=0, id=0x1234, seq=7) / data)

    case("ping the gateway", up(ping()), "CONSUMED", pong())
    case("ping with TTL 1", up(ping(ttl=1)), "CONSUMED", pong())
    case("ping with TTL 0", up(ping(ttl=0)), "CONSUMED", pong())
    case("ping without data", up(ping(b"")), "CONSUMED", pong(b""))
    case("ping with odd data", up(ping(b"abc")), "CONSUMED", pong(b"abc"))
    case("ping of 1500 bytes", up(ping(bytes(i & 255 for i in range(1472)))), "CONSUMED",
         pong(bytes(i & 255 for i in range(1472))))
    case("ping of 1501 bytes", up(ping(bytes(1473))), "TOO_BIG")
    case("ping with type of service", up(ping(tos=0x48)), "CONSUMED", pong(tos=0x48))
    case("ping with padding", Raw(bytes(up(ping(b""))) + b"\xee" * 18), "CONSUMED", pong(b""))
    case("ping with options", up(ping(options=[IPOption_RR(routers=["0.0.0.0"] * 3)])),
         "CONSUMED", pong())
    case("ping with wrong ICMP checksum",
         up(IP(src=POD4, dst=GATEWAY4) / ICMP(type=8, chksum=0x1234) / b"x"), "ICMP_MALFORMED")
    case("ICMP of 7 bytes", up(IP(src=POD4, dst=GATEWAY4, proto=1) / Raw(b"\x08\0\xf7\xff\0\0\0")),
         "ICMP_MALFORMED")
    case("ping another pod", up(ping(dst=PEER4)), "TRANSIT")
    case("ping from a foreign address",
         up(IP(src=PEER4, dst=GATEWAY4) / ICMP(type=8)), "SPOOFED_SOURCE")
    case("ping in a broadcast frame", up(ping(), dst=BROADCAST), "MULTICAST_UNSUPPORTED")
    case("ping fragment", up(IP(src=POD4, dst=GATEWAY4, flags="MF") / ICMP(type=8) / bytes(24)),
         "FRAGMENT_FOR_ROUTER")
    case("later fragment for the router", up(IP(src=POD4, dst=GATEWAY4, frag=3, proto=1)
                                             / Raw(bytes(24))), "FRAGMENT_FOR_ROUTER")
    case("echo reply to the router", up(IP(src=POD4, dst=GATEWAY4) / ICMP(type=0)), "CONSUMED")
    case("timestamp request", up(IP(src=POD4, dst=GATEWAY4) / ICMP(type=13)), "CONSUMED")
    case("ICMP error to the router", up(IP(src=POD4, dst=GATEWAY4) / ICMP(type=3, code=1)
                                        / Raw(bytes(ping()))), "CONSUMED")
    udp = IP(src=POD4, dst=GATEWAY4) / UDP(sport=5000, dport=53) / b"query"
    case("UDP to the router", up(udp), "NO_SERVICE", error4(udp, (3, 3)))
    tcp = IP(src=POD4, dst=GATEWAY4) / TCP(sport=5000, dport=22, flags="S")
    case("TCP to the router", up(tcp), "NO_SERVICE", error4(tcp, (3, 2)))
    other = IP(src=POD4, dst=GATEWAY4, proto=253) / Raw(b"")
    case("empty packet to the router", up(other), "NO_SERVICE", error4(other, (3, 2)))


def errors4_cases():
    short = IP(src=POD4, dst=PEER4, ttl=1) / UDP(sport=1, dport=2) / b"payload"
    expired = (11, 0)
    case("IPv4 TTL 1", up(short), "TTL_EXPIRED", error4(short, expired))
    zero = IP(src=POD4, dst=PEER4, ttl=0) / UDP()
    case("IPv4 TTL 0", up(zero), "TTL_EXPIRED", error4(zero, expired))
    case("IPv4 TTL 1 with padding", Raw(bytes(up(short)) + b"\xee" * 30), "TTL_EXPIRED",
         error4(short, expired))
    big = IP(src=POD4, dst=PEER4, ttl=1) / UDP() / bytes(i & 255 for i in range(1400))
    case("IPv4 TTL 1, quoted up to 576 bytes", up(big), "TTL_EXPIRED", error4(big, expired))
    fits = IP(src=POD4, dst=PEER4, ttl=1) / UDP() / bytes(520)
    case("IPv4 TTL 1, quoted whole in 576 bytes", up(fits), "TTL_EXPIRED", error4(fits, expired))
    routed = IP(src=ROUTED4, dst=OUTSIDE4, ttl=1) / TCP()
    case("IPv4 TTL 1 from a routed prefix", up(routed), "TTL_EXPIRED", error4(routed, expired))
    optional = IP(src=POD4, dst=PEER4, ttl=1, options=[IPOption_NOP()] * 4) / UDP()
    case("IPv4 TTL 1 with options", up(optional), "TTL_EXPIRED", error4(optional, expired))
    query = IP(src=POD4, dst=PEER4, ttl=1) / ICMP(type=8)
    case("IPv4 TTL 1 of an echo request", up(query), "TTL_EXPIRED", error4(query, expired))
    first = IP(src=POD4, dst=PEER4, ttl=1, flags="MF") / UDP() / bytes(16)
    case("IPv4 TTL 1 of a first fragment", up(first), "TTL_EXPIRED", error4(first, expired))
    case("IPv4 TTL 1 of a later fragment", up(IP(src=POD4, dst=PEER4, ttl=1, frag=2) / Raw(bytes(16))),
         "TTL_EXPIRED")
    for kind in (3, 4, 5, 11, 12, 40, 255):
        case("IPv4 TTL 1 of ICMP type %d" % kind,
             up(IP(src=POD4, dst=PEER4, ttl=1, proto=1) / Raw(bytes([kind]) + bytes(35))),
             "TTL_EXPIRED")
    case("IPv4 TTL 1 of ICMP without a type", up(IP(src=POD4, dst=PEER4, ttl=1, proto=1)),
         "TTL_EXPIRED")

    packet = IP(src=POD4, dst=PEER4) / UDP() / b"payload"
    outside = IP(src=POD4, dst=OUTSIDE4) / UDP() / b"payload"
    case("IPv4 no route in the range", up(packet), "NO_ROUTE", error4(packet, (3, 1)),
         "refuse:NO_ROUTE:0")
    case("IPv4 no route outside the range", up(outside), "NO_ROUTE", error4(outside, (3, 0)),
         "refuse:NO_ROUTE:0")
    case("IPv4 no route for a broadcast frame", up(packet, dst=BROADCAST), "NO_ROUTE", None,
         "refuse:NO_ROUTE:0")
    case("IPv4 no route to the range's broadcast", up(IP(src=POD4, dst="172.19.255.255") / UDP()),
         "NO_ROUTE", None, "refuse:NO_ROUTE:0")
    case("IPv4 no route for an ICMP error", up(IP(src=POD4, dst=PEER4) / ICMP(type=3, code=3)
                                               / Raw(bytes(28))),
         "NO_ROUTE", None, "refuse:NO_ROUTE:0")
    case("IPv4 route drops", up(outside), "ROUTE_DROP", None, "refuse:ROUTE_DROP:0")
    case("IPv4 gateway unresolved", up(outside), "GATEWAY_UNRESOLVED", error4(outside, (3, 1)),
         "refuse:GATEWAY_UNRESOLVED:0")
    case("IPv4 node unreachable", up(outside), "NODE_UNREACHABLE", error4(outside, (3, 1)),
         "refuse:NODE_UNREACHABLE:0")
    case("IPv4 TTL expired elsewhere", up(short), "TTL_EXPIRED", error4(short, expired),
         "refuse:TTL_EXPIRED:0")
    whole = IP(src=POD4, dst=PEER4, flags="DF") / UDP() / bytes(1400)
    case("IPv4 too big", up(whole), "TOO_BIG", error4(whole, (3, 4), 1400), "refuse:TOO_BIG:1400")
    may = IP(src=POD4, dst=PEER4) / UDP() / bytes(1400)
    case("IPv4 too big without DF", up(may), "TOO_BIG", None, "refuse:TOO_BIG:1400")


def nd_cases():
    def ns(target, src=POD_LL, dst="ff02::1:ff00:14", hlim=255, option=True, mac="33:33:ff:00:00:14",
           **fields):
        message = ICMPv6ND_NS(tgt=target, **fields)
        if option:
            message = message / ICMPv6NDOptSrcLLAddr(lladdr=POD_MAC)
        return Ether(src=POD_MAC, dst=mac) / IPv6(src=src, dst=dst, hlim=hlim) / message

    def na(target, to=POD_LL, override=0):
        return down(IPv6(src=target, dst=to, hlim=255)
                    / ICMPv6ND_NA(tgt=target, R=1, S=1, O=override)
                    / ICMPv6NDOptDstLLAddr(lladdr=ROUTER_MAC))

    def rs(src=POD_LL, option=True, hlim=255):
        message = ICMPv6ND_RS()
        if option:
            message = message / ICMPv6NDOptSrcLLAddr(lladdr=POD_MAC)
        return Ether(src=POD_MAC, dst="33:33:00:00:00:02") / IPv6(src=src, dst="ff02::2",
                                                                  hlim=hlim) / message

    unicast = {"mac": ROUTER_MAC, "dst": PEER6}
    case("NS for another pod", ns(PEER6), "CONSUMED", na(PEER6))
    case("NS from a global address", ns(PEER6, src=POD6), "CONSUMED", na(PEER6, to=POD6))
    case("NS from a further address", ns(PEER6, src=OWN6), "CONSUMED", na(PEER6, to=OWN6))
    case("NS from a routed prefix", ns(PEER6, src=ROUTED6), "CONSUMED", na(PEER6, to=ROUTED6))
    case("NS for an address nobody has", ns("fd00:56::dead:beef"), "CONSUMED",
         na("fd00:56::dead:beef"))
    case("NS for the gateway", ns(GATEWAY6), "CONSUMED", na(GATEWAY6, override=1))
    case("NS for the router's link-local address", ns(ROUTER_LL), "CONSUMED",
         na(ROUTER_LL, override=1))
    case("NS without options", ns(PEER6, option=False), "CONSUMED", na(PEER6))
    case("NS to the pod that is probed", ns(PEER6, src=POD6, option=False, **unicast), "CONSUMED",
         na(PEER6, to=POD6))
    case("NS to the gateway itself", ns(GATEWAY6, src=POD6, dst=GATEWAY6, mac=ROUTER_MAC),
         "CONSUMED", na(GATEWAY6, to=POD6, override=1))
    case("NS for one's own address", ns(POD6), "CONSUMED")
    case("NS for a further address of one's own", ns(OWN6), "CONSUMED")
    case("NS for a foreign link-local address", ns("fe80::14"), "CONSUMED")
    case("NS outside the range", ns(OUTSIDE6), "CONSUMED")
    case("duplicate address detection", ns(POD6, src="::", option=False), "CONSUMED")
    case("duplicate address detection of a foreign address", ns(PEER6, src="::", option=False),
         "CONSUMED")
    case("NS from a foreign address", ns(GATEWAY6, src=PEER6), "SPOOFED_SOURCE")
    case("NS from a multicast address", ns(GATEWAY6, src="ff02::1"), "SPOOFED_SOURCE")
    case("NS with hop limit 254", ns(PEER6, hlim=254), "ND_MALFORMED")
    case("NS to the gateway with hop limit 254",
         ns(GATEWAY6, src=POD6, dst=GATEWAY6, mac=ROUTER_MAC, hlim=254), "ND_MALFORMED")
    case("NS to another pod with hop limit 254",
         ns(PEER6, src=POD6, option=False, hlim=254, **unicast), "TRANSIT")
    case("NS with code 1", ns(PEER6, code=1), "ND_MALFORMED")
    case("NS with a wrong checksum", ns(PEER6, cksum=0x1234), "ND_MALFORMED")
    case("NS for a multicast target", ns("ff02::1"), "ND_MALFORMED")
    case("duplicate address detection with an option", ns(POD6, src="::"), "ND_MALFORMED")
    case("duplicate address detection to all nodes",
         ns(POD6, src="::", dst="ff02::1", option=False), "ND_MALFORMED")
    base = Ether(src=POD_MAC, dst="33:33:ff:00:00:14") / IPv6(src=POD_LL, dst="ff02::1:ff00:14",
                                                              hlim=255)
    case("NS with an option of length 0",
         base / ICMPv6ND_NS(tgt=PEER6) / Raw(b"\x01\x00" + bytes(6)), "ND_MALFORMED")
    case("NS with an option beyond the message",
         base / ICMPv6ND_NS(tgt=PEER6) / Raw(b"\x01\x02" + bytes(6)), "ND_MALFORMED")
    case("NS with half an option", base / ICMPv6ND_NS(tgt=PEER6) / Raw(b"\x01\x01\0\0"),
         "ND_MALFORMED")
    case("NS with an unknown option",
         base / ICMPv6ND_NS(tgt=PEER6) / Raw(b"\xfd\x02" + bytes(14)), "CONSUMED", na(PEER6))
    short = base / ICMPv6ND_NS(tgt=PEER6)
    raw = bytearray(bytes(short)[:14 + 40 + 16])
    struct.pack_into("!H", raw, 18, 16)
    case("NS of 16 bytes", Raw(bytes(raw)), "ND_MALFORMED")

    def adv(src=POD_LL, dst="ff02::1", target=POD6, mac="33:33:00:00:00:01", **flags):
        return Ether(src=POD_MAC, dst=mac) / IPv6(src=src, dst=dst, hlim=255) / ICMPv6ND_NA(
            tgt=target, **flags) / ICMPv6NDOptDstLLAddr(lladdr=POD_MAC)

    case("NA to all nodes", adv(R=0, S=0, O=1), "CONSUMED")
    case("NA to the router", adv(dst=ROUTER_LL, mac=ROUTER_MAC, R=0, S=1, O=1), "CONSUMED")
    case("NA solicited, but to all nodes", adv(R=0, S=1, O=1), "ND_MALFORMED")
    case("NA for a multicast target", adv(target="ff02::1", S=0), "ND_MALFORMED")
    case("NA from a foreign address", adv(src=PEER6, S=0), "SPOOFED_SOURCE")
    case("NA without a source", adv(src="::", S=0), "SPOOFED_SOURCE")
    case("RS", rs(), "CONSUMED")
    case("RS without a source", rs(src="::", option=False), "CONSUMED")
    case("RS without a source, but with its MAC", rs(src="::"), "ND_MALFORMED")
    case("RS with hop limit 1", rs(hlim=1), "ND_MALFORMED")
    case("RS from a foreign address", rs(src=PEER6), "SPOOFED_SOURCE")
    ra = Ether(src=POD_MAC, dst="33:33:00:00:00:01") / IPv6(src=POD_LL, dst="ff02::1", hlim=255)
    case("RA", ra / ICMPv6ND_RA(), "CONSUMED")
    case("RA from a global address",
         Ether(src=POD_MAC, dst="33:33:00:00:00:01")
         / IPv6(src=POD6, dst="ff02::1", hlim=255) / ICMPv6ND_RA(), "ND_MALFORMED")
    case("redirect", Ether(src=POD_MAC, dst=ROUTER_MAC) / IPv6(src=POD_LL, dst=ROUTER_LL, hlim=255)
         / ICMPv6ND_Redirect(tgt=PEER6, dst=PEER6), "CONSUMED")


def checks6_cases():
    def packet(payload=b"payload", **fields):
        values = {"src": POD6, "dst": PEER6, "hlim": 64}
        values.update(fields)
        return IPv6(**values) / UDP(sport=1, dport=2) / payload

    case("IPv6 transit", up(packet()), "TRANSIT")
    case("IPv6 transit with padding", Raw(bytes(up(packet())) + bytes(20)), "TRANSIT")
    case("IPv6 transit of 40 bytes", up(IPv6(src=POD6, dst=PEER6, nh=59)), "TRANSIT")
    case("IPv6 transit from a further address", up(packet(src=OWN6)), "TRANSIT")
    case("IPv6 transit from a routed prefix", up(packet(src=ROUTED6)), "TRANSIT")
    case("IPv6 transit with hop limit 2", up(packet(hlim=2)), "TRANSIT")
    case("IPv6 transit with hop-by-hop options",
         up(IPv6(src=POD6, dst=PEER6) / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / UDP()),
         "TRANSIT")
    case("IPv6 transit with a routing header",
         up(IPv6(src=POD6, dst=PEER6) / IPv6ExtHdrRouting(addresses=[OUTSIDE6]) / UDP()),
         "TRANSIT")
    case("IPv6 header cut at 39 bytes",
         up(Raw(bytes(packet())[:39]), kind=0x86dd),
         "TOO_SHORT")
    for version in (0, 4, 7):
        case("IPv6 with version %d" % version,
             patched(up(packet()), 14, version << 4), "IP6_BAD_VERSION")
    case("IPv6 payload one beyond the frame", up(packet(plen=16)), "IP6_BAD_PAYLOAD_LENGTH")
    case("IPv6 payload of 65535 bytes", up(packet(plen=65535)), "IP6_BAD_PAYLOAD_LENGTH")
    for source in ("::", "::1", "::ffff:172.19.1.10", "fe80::1", "febf::1", POD_LL, "ff02::1",
                   "ff0e::1"):
        case("IPv6 from " + source, up(packet(src=source)), "IP6_MARTIAN_SOURCE")
    case("IPv6 from :: to the router", up(packet(src="::", dst=GATEWAY6)), "IP6_MARTIAN_SOURCE")
    for target in ("::", "::1", "::ffff:172.19.2.20", "fe80::14", "febf:ffff::1"):
        case("IPv6 to " + target, up(packet(dst=target)), "IP6_MARTIAN_DESTINATION")
    for target in ("ff02::1", "ff02::fb", "ff0e::1", "ff01::1"):
        case("IPv6 to group " + target, up(packet(dst=target), dst="33:33:00:00:00:01"),
             "MULTICAST_UNSUPPORTED")
    case("IPv6 multicast to the router's MAC", up(packet(dst="ff02::fb")), "MULTICAST_UNSUPPORTED")
    case("IPv6 unicast in a multicast frame", up(packet(), dst="33:33:00:00:00:01"),
         "MULTICAST_UNSUPPORTED")
    case("multicast listener report",
         Ether(src=POD_MAC, dst="33:33:00:00:00:16") / IPv6(src=POD_LL, dst="ff02::16", hlim=1)
         / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / ICMPv6MLReport2(),
         "MULTICAST_UNSUPPORTED")
    for source in (PEER6, GATEWAY6, OUTSIDE6, "fd00:9a::1", "fd00:56:0:1::a", "fec0::1",
                   "fe00::1"):
        case("IPv6 spoofing " + source, up(packet(src=source)), "SPOOFED_SOURCE")
    case("IPv6 spoofing towards the router", up(packet(src=PEER6, dst=GATEWAY6)), "SPOOFED_SOURCE")


def local6_cases():
    def ping(data=b"abcdefgh", src=POD6, dst=GATEWAY6, **fields):
        return IPv6(src=src, dst=dst, **fields) / ICMPv6EchoRequest(id=0x1234, seq=7, data=data)

    def pong(data=b"abcdefgh", src=GATEWAY6, dst=POD6, tc=0):
        return down(IPv6(src=src, dst=dst, hlim=64, tc=tc)
                    / ICMPv6EchoReply(id=0x1234, seq=7, data=data))

    case("ping6 the gateway", up(ping()), "CONSUMED", pong())
    case("ping6 the gateway from a link-local address", up(ping(src=POD_LL)), "CONSUMED",
         pong(dst=POD_LL))
    case("ping6 the router's link-local address", up(ping(src=POD_LL, dst=ROUTER_LL)), "CONSUMED",
         pong(src=ROUTER_LL, dst=POD_LL))
    case("ping6 the router's link-local address from a global one", up(ping(dst=ROUTER_LL)),
         "CONSUMED", pong(src=ROUTER_LL))
    case("ping6 with hop limit 1", up(ping(hlim=1)), "CONSUMED", pong())
    case("ping6 with hop limit 0", up(ping(hlim=0)), "CONSUMED", pong())
    case("ping6 without data", up(ping(b"")), "CONSUMED", pong(b""))
    case("ping6 with odd data", up(ping(b"abc")), "CONSUMED", pong(b"abc"))
    case("ping6 with traffic class and flow label", up(ping(tc=0x48, fl=0x12345)), "CONSUMED",
         pong(tc=0x48))
    case("ping6 of 1500 bytes", up(ping(bytes(i & 255 for i in range(1452)))), "CONSUMED",
         pong(bytes(i & 255 for i in range(1452))))
    case("ping6 of 1501 bytes", up(ping(bytes(1453))), "TOO_BIG")
    case("ping6 with padding", Raw(bytes(up(ping(b""))) + b"\xee" * 8), "CONSUMED", pong(b""))
    case("ping6 with extension headers",
         up(IPv6(src=POD6, dst=GATEWAY6) / IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 4)])
            / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 12)])
            / ICMPv6EchoRequest(id=0x1234, seq=7, data=b"abcdefgh")), "CONSUMED", pong())
    case("ping6 with a visited routing header",
         up(IPv6(src=POD6, dst=GATEWAY6) / IPv6ExtHdrRouting(addresses=[PEER6], segleft=0)
            / ICMPv6EchoRequest(id=0x1234, seq=7, data=b"abcdefgh")), "CONSUMED", pong())
    case("ping6 in an atomic fragment",
         up(IPv6(src=POD6, dst=GATEWAY6) / IPv6ExtHdrFragment(offset=0, m=0, id=9)
            / ICMPv6EchoRequest(id=0x1234, seq=7, data=b"abcdefgh")), "CONSUMED", pong())
    case("ping6 in a first fragment",
         up(IPv6(src=POD6, dst=GATEWAY6) / IPv6ExtHdrFragment(offset=0, m=1, id=9)
            / ICMPv6EchoRequest(data=b"abcdefgh")), "FRAGMENT_FOR_ROUTER")
    case("later IPv6 fragment for the router",
         up(IPv6(src=POD6, dst=GATEWAY6) / IPv6ExtHdrFragment(offset=4, m=0, id=9, nh=58)
            / Raw(bytes(16))), "FRAGMENT_FOR_ROUTER")
    case("ping6 with a wrong checksum",
         up(IPv6(src=POD6, dst=GATEWAY6) / ICMPv6EchoRequest(cksum=0x1234)), "ICMP_MALFORMED")
    case("ICMPv6 of 7 bytes", up(IPv6(src=POD6, dst=GATEWAY6, nh=58) / Raw(b"\x80" + bytes(6))),
         "ICMP_MALFORMED")
    case("ICMPv6 of 0 bytes", up(IPv6(src=POD6, dst=GATEWAY6, nh=58)), "ICMP_MALFORMED")
    case("ping6 another pod", up(ping(dst=PEER6)), "TRANSIT")
    case("ping6 another pod with hop limit 255", up(ping(dst=PEER6, hlim=255)), "TRANSIT")
    case("echo reply to the router, IPv6",
         up(IPv6(src=POD6, dst=GATEWAY6) / ICMPv6EchoReply()), "CONSUMED")
    case("ICMPv6 error to the router",
         up(IPv6(src=POD6, dst=GATEWAY6) / ICMPv6DestUnreach() / Raw(bytes(ping()))), "CONSUMED")
    case("extension header beyond the packet",
         up(IPv6(src=POD6, dst=GATEWAY6, nh=0) / Raw(b"\x3a\x05" + bytes(6))), "IP6_BAD_EXTENSION")
    case("extension header cut short", up(IPv6(src=POD6, dst=GATEWAY6, nh=60) / Raw(b"\x3a\0\0")),
         "IP6_BAD_EXTENSION")
    case("nine extension headers", up(IPv6(src=POD6, dst=GATEWAY6, nh=60)
                                      / Raw((b"\x3c\0" + b"\1\4" + bytes(4)) * 8
                                            + b"\x3b\0\1\4" + bytes(4))), "IP6_BAD_EXTENSION")
    case("no next header to the router", up(IPv6(src=POD6, dst=GATEWAY6, nh=59)), "CONSUMED")

    udp = IPv6(src=POD6, dst=GATEWAY6) / UDP(sport=5000, dport=53) / b"query"
    case("UDP to the router, IPv6", up(udp), "NO_SERVICE", error6(udp, ICMPv6DestUnreach(code=4)))
    onlink = IPv6(src=POD_LL, dst=ROUTER_LL) / UDP(sport=5000, dport=53) / b"query"
    case("UDP to the router's link-local address", up(onlink), "NO_SERVICE",
         error6(onlink, ICMPv6DestUnreach(code=4), source=ROUTER_LL))
    tcp = IPv6(src=POD6, dst=GATEWAY6) / TCP(sport=5000, dport=22)
    case("TCP to the router, IPv6", up(tcp), "NO_SERVICE",
         error6(tcp, ICMPv6ParamProblem(code=1, ptr=6)))
    behind = IPv6(src=POD6, dst=GATEWAY6) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 4)]) / TCP()
    case("TCP to the router behind destination options", up(behind), "NO_SERVICE",
         error6(behind, ICMPv6ParamProblem(code=1, ptr=40)))
    routing = IPv6(src=POD6, dst=GATEWAY6) / IPv6ExtHdrRouting(addresses=[PEER6], segleft=1) / UDP()
    case("routing header with a segment left", up(routing), "NO_SERVICE",
         error6(routing, ICMPv6ParamProblem(code=0, ptr=42)))


def errors6_cases():
    expired = ICMPv6TimeExceeded(code=0)
    short = IPv6(src=POD6, dst=PEER6, hlim=1) / UDP() / b"payload"
    case("IPv6 hop limit 1", up(short), "TTL_EXPIRED", error6(short, expired))
    zero = IPv6(src=POD6, dst=PEER6, hlim=0) / UDP()
    case("IPv6 hop limit 0", up(zero), "TTL_EXPIRED", error6(zero, expired))
    case("IPv6 hop limit 1 with padding", Raw(bytes(up(short)) + b"\xee" * 30), "TTL_EXPIRED",
         error6(short, expired))
    big = IPv6(src=POD6, dst=PEER6, hlim=1) / UDP() / bytes(i & 255 for i in range(1400))
    case("IPv6 hop limit 1, quoted up to 1280 bytes", up(big), "TTL_EXPIRED", error6(big, expired))
    query = IPv6(src=POD6, dst=PEER6, hlim=1) / ICMPv6EchoRequest()
    case("IPv6 hop limit 1 of an echo request", up(query), "TTL_EXPIRED", error6(query, expired))
    routed = IPv6(src=ROUTED6, dst=OUTSIDE6, hlim=1) / TCP()
    case("IPv6 hop limit 1 from a routed prefix", up(routed), "TTL_EXPIRED",
         error6(routed, expired))
    later = IPv6(src=POD6, dst=PEER6, hlim=1) / IPv6ExtHdrFragment(offset=4, nh=17) / Raw(bytes(16))
    case("IPv6 hop limit 1 of a later fragment", up(later), "TTL_EXPIRED", error6(later, expired))
    case("IPv6 hop limit 1 of a later fragment of ICMPv6",
         up(IPv6(src=POD6, dst=PEER6, hlim=1) / IPv6ExtHdrFragment(offset=4, nh=58)
            / Raw(bytes(16))), "TTL_EXPIRED")
    for kind in (0, 1, 2, 3, 4, 127, 137):
        case("IPv6 hop limit 1 of ICMPv6 type %d" % kind,
             up(IPv6(src=POD6, dst=PEER6, hlim=1, nh=58) / Raw(bytes([kind]) + bytes(47))),
             "TTL_EXPIRED")
    case("IPv6 hop limit 1 of an error behind extension headers",
         up(IPv6(src=POD6, dst=PEER6, hlim=1) / IPv6ExtHdrHopByHop(options=[RouterAlert()])
            / ICMPv6DestUnreach() / Raw(bytes(48))), "TTL_EXPIRED")
    case("IPv6 hop limit 1 of ICMPv6 without a type",
         up(IPv6(src=POD6, dst=PEER6, hlim=1, nh=58)), "TTL_EXPIRED")
    case("IPv6 hop limit 1 with broken extension headers",
         up(IPv6(src=POD6, dst=PEER6, hlim=1, nh=0) / Raw(b"\x3a\x05" + bytes(6))), "TTL_EXPIRED")

    packet = IPv6(src=POD6, dst=PEER6) / UDP() / b"payload"
    outside = IPv6(src=POD6, dst=OUTSIDE6) / UDP() / b"payload"
    nowhere = ICMPv6DestUnreach(code=0)
    nobody = ICMPv6DestUnreach(code=3)
    case("IPv6 no route in the range", up(packet), "NO_ROUTE", error6(packet, nobody),
         "refuse:NO_ROUTE:0")
    case("IPv6 no route outside the range", up(outside), "NO_ROUTE", error6(outside, nowhere),
         "refuse:NO_ROUTE:0")
    case("IPv6 no route for an ICMPv6 error",
         up(IPv6(src=POD6, dst=OUTSIDE6) / ICMPv6DestUnreach() / Raw(bytes(48))),
         "NO_ROUTE", None, "refuse:NO_ROUTE:0")
    case("IPv6 no route for a multicast frame", up(outside, dst="33:33:00:00:00:01"), "NO_ROUTE",
         None, "refuse:NO_ROUTE:0")
    case("IPv6 route drops", up(outside), "ROUTE_DROP", None, "refuse:ROUTE_DROP:0")
    case("IPv6 gateway unresolved", up(outside), "GATEWAY_UNRESOLVED", error6(outside, nobody),
         "refuse:GATEWAY_UNRESOLVED:0")
    case("IPv6 node unreachable", up(outside), "NODE_UNREACHABLE", error6(outside, nobody),
         "refuse:NODE_UNREACHABLE:0")
    whole = IPv6(src=POD6, dst=PEER6) / UDP() / bytes(1440)
    case("IPv6 too big", up(whole), "TOO_BIG", error6(whole, ICMPv6PacketTooBig(mtu=1400)),
         "refuse:TOO_BIG:1400")
    case("IPv6 too big for less than 1280 bytes", up(whole), "TOO_BIG",
         error6(whole, ICMPv6PacketTooBig(mtu=1280)), "refuse:TOO_BIG:1000")


def ip_mode_cases():
    def bare(frame):
        return bytes(frame)[14:]

    call = "inspect-ip"
    ping = IP(src=POD4, dst=GATEWAY4) / ICMP(type=8, id=1, seq=2) / b"data"
    pong = IP(src=GATEWAY4, dst=POD4, ttl=64, id=0, flags="DF") / ICMP(type=0, id=1, seq=2) / b"data"
    case("IP mode, ping", Raw(bytes(ping)), "CONSUMED", Raw(bytes(pong)), call)
    ping6 = IPv6(src=POD6, dst=GATEWAY6) / ICMPv6EchoRequest(id=1, seq=2, data=b"data")
    pong6 = IPv6(src=GATEWAY6, dst=POD6, hlim=64) / ICMPv6EchoReply(id=1, seq=2, data=b"data")
    case("IP mode, ping6", Raw(bytes(ping6)), "CONSUMED", Raw(bytes(pong6)), call)
    short = IP(src=POD4, dst=PEER4, ttl=1) / UDP()
    case("IP mode, TTL 1", Raw(bytes(short)), "TTL_EXPIRED",
         Raw(bare(error4(short, (11, 0)))), call)
    case("IP mode, transit", Raw(bytes(IP(src=POD4, dst=PEER4) / UDP())), "TRANSIT", None, call)
    case("IP mode, version 5", Raw(b"\x55" + bytes(40)), "UNKNOWN_ETHERTYPE", None, call)
    case("IP mode, nothing", Raw(b""), "TOO_SHORT", None, call)
    case("IP mode, 12 bytes", Raw(bytes(short)[:12]), "TOO_SHORT", None, call)


def main():
    for add in (arp_cases, ethernet_cases, checks4_cases, options4_cases, local4_cases,
                errors4_cases, nd_cases, checks6_cases, local6_cases, errors6_cases,
                ip_mode_cases):
        add()
    assert len({c[0] for c in cases}) == len(cases), "names must differ"
    path = os.path.join(os.path.dirname(__file__), "../resources/dev/heddle/stage/router-cases.txt")
    with open(path, "w", encoding="ascii") as out:
        out.write("# Written by src/test/scapy/router_cases.py; do not edit.\n")
        for name, call, frame, fate, reply in cases:
            out.write("%s | %s | %s | %s | %s\n" % (
                name, call, frame.hex() or "-", fate, reply.hex() if reply else "-"))
    print("%d cases" % len(cases))


main()
