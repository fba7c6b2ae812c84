"""IPv4 through the whole daemon: routes that lead nowhere, path MTU, fragments."""
import struct

from scapy.all import ICMP, IP, IPOption_NOP, IPOption_Router_Alert, IPOption_RR, Raw, TCP, UDP

from golden import (DROPPED4, FORWARDED, NOBODY4, PEER_MTU, POD, UNRESOLVED4, UNROUTED4,
                    Golden, forwarded)
from world import GATEWAY4, OUTSIDE4, OWN4, PEER4, POD4, ROUTED4, checksum, error4, up


def goldens4():
    unreachable4()
    silence4()
    too_big4()
    fragments4()


def unreachable4():
    golden = Golden("ip4-unreachable", "RFC 1812 5.2.7.1, 4.3.3.1: no way to the destination", POD)

    def udp(dst, **fields):
        return IP(src=POD4, dst=dst, **fields) / UDP(sport=7, dport=9) / b"payload"

    host, net = (3, 1), (3, 0)
    for name, packet, fate, error in (
            ("no route inside the range", udp(NOBODY4), "NO_ROUTE", host),
            ("no route outside the range", udp(UNROUTED4), "NO_ROUTE", net),
            ("gateway that nobody is", udp(UNRESOLVED4), "GATEWAY_UNRESOLVED", host),
            ("no route, with padding", udp(UNROUTED4), "NO_ROUTE", net),
            ("no route, with options", udp(UNROUTED4, options=[IPOption_NOP()] * 4), "NO_ROUTE", net),
            ("no route, not to be fragmented", udp(UNROUTED4, flags="DF", id=7), "NO_ROUTE", net),
            ("no route for a first fragment", udp(UNROUTED4, flags="MF"), "NO_ROUTE", net),
            ("no route from a routed prefix",
             IP(src=ROUTED4, dst=NOBODY4) / TCP(), "NO_ROUTE", host)):
        frame = bytes(up(packet)) + (bytes(20) if "padding" in name else b"")
        golden.packet(name, frame, fate, (POD, error4(packet, error)))
    golden.packet("route that drops", up(udp(DROPPED4)), "ROUTE_DROP")
    golden.packet("route that drops, TTL 2", up(udp(DROPPED4, ttl=2)), "ROUTE_DROP")
    first = udp(DROPPED4, ttl=1)
    golden.packet("TTL comes before the route", up(first), "TTL_EXPIRED",
                  (POD, error4(first, (11, 0))))


def silence4():
    """RFC 1812 4.3.2.7, for each reason that has an error."""
    golden = Golden("ip4-no-error-about", "RFC 1812 4.3.2.7: what no ICMP error is sent about", POD)
    reasons = (("no route", UNROUTED4, 64, "NO_ROUTE"), ("nobody", NOBODY4, 64, "NO_ROUTE"),
               ("unresolved", UNRESOLVED4, 64, "GATEWAY_UNRESOLVED"),
               ("expired", PEER4, 1, "TTL_EXPIRED"))
    for name, dst, ttl, fate in reasons:
        ip = {"src": POD4, "dst": dst, "ttl": ttl}
        for kind in (3, 4, 5, 11, 12, 1, 41, 255):
            packet = IP(proto=1, **ip) / Raw(bytes([kind]) + bytes(35))
            golden.packet("%s, ICMP type %d" % (name, kind), up(packet), fate)
        golden.packet(name + ", ICMP without a type", up(IP(proto=1, **ip)), fate)
        golden.packet(name + ", a later fragment",
                      up(IP(frag=3, proto=17, **ip) / Raw(bytes(32))), fate)
        golden.packet(name + ", a last fragment of ICMP",
                      up(IP(frag=9, proto=1, **ip) / Raw(b"\x08" + bytes(31))), fate)
        for kind in (0, 8, 13, 14):
            query = IP(proto=1, **ip) / Raw(bytes([kind]) + bytes(27))
            code = {"NO_ROUTE": (3, 0 if dst == UNROUTED4 else 1), "TTL_EXPIRED": (11, 0),
                    "GATEWAY_UNRESOLVED": (3, 1)}[fate]
            golden.packet("%s, query of type %d" % (name, kind), up(query), fate,
                          (POD, error4(query, code)))


def too_big4():
    golden = Golden("ip4-too-big", "RFC 1812 5.2.6, RFC 1191 4: DF and too big", POD)
    needed = (3, 4)
    for bytes_over in (1, 8, 100):
        packet = (IP(src=POD4, dst=PEER4, flags="DF", id=77)
                  / UDP(sport=7, dport=9) / bytes(PEER_MTU - 28 + bytes_over))
        golden.packet("%d bytes over the peer's MTU" % bytes_over, up(packet), "TOO_BIG",
                      (POD, error4(packet, needed, PEER_MTU)))
    fits = IP(src=POD4, dst=PEER4, flags="DF") / UDP() / bytes(PEER_MTU - 28)
    golden.packet("as large as the peer's MTU", up(fits), FORWARDED, forwarded(up(fits)))
    padded = bytes(up(fits)) + bytes(40)
    golden.packet("as large as the peer's MTU, with padding", padded, FORWARDED, forwarded(padded))
    via = IP(src=POD4, dst=OUTSIDE4, flags="DF") / TCP() / bytes(PEER_MTU)
    golden.packet("behind the peer", up(via), "TOO_BIG", (POD, error4(via, needed, PEER_MTU)))
    error = IP(src=POD4, dst=PEER4, flags="DF") / ICMP(type=3, code=3) / bytes(PEER_MTU)
    golden.packet("an ICMP error", up(error), "TOO_BIG")
    first = IP(src=POD4, dst=PEER4, flags="MF+DF") / UDP() / bytes(1440)
    golden.packet("a first fragment", up(first), "TOO_BIG", (POD, error4(first, needed, PEER_MTU)))
    later = IP(src=POD4, dst=PEER4, flags="DF", frag=180) / Raw(bytes(1440))
    golden.packet("a later fragment", up(later), "TOO_BIG")


def cut(packet, mtu, kept_options=b""):
    """RFC 791 3.2 by hand: fragments of a packet as it is when it leaves, TTL already less."""
    raw = bytes(packet)
    header_bytes = (raw[0] & 15) * 4
    payload = raw[header_bytes:struct.unpack_from("!H", raw, 2)[0]]
    flags = struct.unpack_from("!H", raw, 6)[0]
    offset, more = flags & 0x1fff, flags & 0x2000
    fragments, at = [], 0
    while at < len(payload):
        header = bytearray(raw[:header_bytes] if at == 0 else raw[:20] + kept_options)
        room = (mtu - len(header)) // 8 * 8
        last = len(payload) - at <= mtu - len(header)
        part = payload[at:] if last else payload[at:at + room]
        header[0] = 0x40 | len(header) // 4
        struct.pack_into("!H", header, 2, len(header) + len(part))
        struct.pack_into("!H", header, 6, (more if last else 0x2000) | offset + at // 8)
        header[10:12] = bytes(2)
        struct.pack_into("!H", header, 10, checksum(bytes(header)))
        fragments.append(bytes(header) + part)
        at += len(part)
    return fragments


def fragments4():
    golden = Golden("ip4-fragmentation", "RFC 791 3.2, RFC 1812 4.2.2.7, 5.2.6: fragmentation", POD)

    def packet(name, ip, kept=b""):
        port, whole = forwarded(up(ip))
        outs = [(port, whole[:14] + part) for part in cut(whole[14:], PEER_MTU, kept)]
        golden.packet(name, up(ip), FORWARDED, *outs)

    data = bytes(i & 255 for i in range(1472))
    base = {"src": POD4, "dst": PEER4, "id": 4321}
    packet("one byte over", IP(**base) / UDP() / data[:PEER_MTU - 27])
    packet("1,500 bytes", IP(**base) / UDP() / data)
    packet("1,500 bytes with type of service", IP(tos=0xb9, **base) / UDP() / data)
    packet("1,500 bytes from a further address", IP(src=OWN4, dst=PEER4, id=1) / UDP() / data)
    packet("a first fragment", IP(flags="MF", **base) / UDP() / data[:1464])
    packet("a middle fragment", IP(flags="MF", frag=185, **base) / Raw(data))
    packet("a last fragment", IP(frag=370, **base) / Raw(data[:1443]))
    packet("no-operations, not copied", IP(options=[IPOption_NOP()] * 4, **base) / UDP() / data[:1400])
    alert = bytes(IPOption_Router_Alert())
    packet("router alert, copied", IP(options=[IPOption_Router_Alert()], **base) / UDP()
           / data[:1400], alert)
    packet("router alert among options that are not copied",
           IP(options=[IPOption_RR(routers=["0.0.0.0"] * 2), IPOption_Router_Alert()], **base)
           / UDP() / data[:1400], alert)
    golden = Golden("ip4-fragments", "RFC 791 3.2: fragments in transit and to the router", POD)
    for name, ip in (
            ("first", IP(flags="MF", **base) / UDP() / data[:1000]),
            ("middle", IP(flags="MF", frag=125, **base) / Raw(data[:1000])),
            ("last", IP(frag=250, **base) / Raw(data[:333])),
            ("of 8 bytes, shorter than a TCP header",
             IP(flags="MF", proto=6, **base) / Raw(data[:8])),
            ("overlapping a TCP header (RFC 1858)", IP(frag=1, proto=6, **base) / Raw(data[:24])),
            ("beyond 65,535 bytes", IP(frag=8191, **base) / Raw(data[:800])),
            ("not a multiple of 8 bytes", IP(flags="MF", **base) / UDP() / data[:5]),
            ("reserved flag", IP(flags=4, **base) / UDP() / data[:5])):
        golden.packet(name, up(ip), FORWARDED, forwarded(up(ip)))
    own = {"src": POD4, "dst": GATEWAY4, "id": 4321}
    golden.packet("first, to the router", up(IP(flags="MF", **own) / ICMP() / data[:80]),
                  "FRAGMENT_FOR_ROUTER")
    golden.packet("last, to the router", up(IP(frag=11, proto=17, **own) / Raw(data[:80])),
                  "FRAGMENT_FOR_ROUTER")
