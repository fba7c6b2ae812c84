"""IPv4: header checks, options, the gateway itself, ICMP errors."""
import struct

from scapy.all import (ICMP, IP, IPOption_LSRR, IPOption_NOP, IPOption_RR,
                       IPOption_Router_Alert, IPOption_SSRR, Raw, TCP, UDP)

from world import (BROADCAST, POD4, OWN4, GATEWAY4, ROUTED4, PEER4, OUTSIDE4, topic, case, up, down,
                   patched, checksum, error4)


def checks4_cases():
    packet = IP(src=POD4, dst=PEER4, ttl=64) / UDP(sport=1, dport=2) / b"payload"
    whole = bytes(IP(bytes(packet)))

    def header(**fields):
        made = IP(src=POD4, dst=PEER4, ttl=64, proto=17, len=27)
        for name, value in fields.items():
            setattr(made, name, value)
        return up(Raw(bytes(made) + b"payload"), kind=0x800)

    topic("ip4-forwarding", "RFC 1812 5.2.1, 5.3.1: forwarding; padding is cut off")
    case("IPv4 transit", up(packet), "TRANSIT")
    case("IPv4 transit with padding", Raw(bytes(up(packet)) + bytes(20)), "TRANSIT")
    case("IPv4 transit of 20 bytes", up(IP(src=POD4, dst=PEER4, proto=253)), "TRANSIT")
    case("IPv4 transit from a further address", up(IP(src=OWN4, dst=PEER4) / UDP()), "TRANSIT")
    case("IPv4 transit from a routed prefix", up(IP(src=ROUTED4, dst=PEER4) / UDP()), "TRANSIT")
    case("IPv4 transit with TTL 2", up(IP(src=POD4, dst=PEER4, ttl=2) / UDP()), "TRANSIT")
    topic("ip4-header", "RFC 1812 5.2.2: version, header length, total length, header checksum")
    case("IPv4 header cut at 19 bytes", up(Raw(whole[:19]), kind=0x800), "TOO_SHORT")
    for version in (0, 5, 6, 15):
        case("IPv4 with version %d" % version, header(version=version), "IP4_BAD_VERSION")
    case("IPv4 with a header of 16 bytes", header(ihl=4), "IP4_BAD_HEADER_LENGTH")
    case("IPv4 with a header of 0 bytes", header(ihl=0), "IP4_BAD_HEADER_LENGTH")
    case("IPv4 with a header beyond the frame", header(ihl=15), "IP4_BAD_HEADER_LENGTH")
    case("IPv4 with a header one byte beyond the frame",
         up(Raw(bytes(IP(src=POD4, dst=PEER4, ihl=6, len=23)) + b"\1\1\1"), kind=0x800),
         "IP4_BAD_HEADER_LENGTH")
    case("IPv4 total length within the options", header(ihl=6, len=23), "IP4_BAD_TOTAL_LENGTH")
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
    topic("ip4-martians", "RFC 1812 5.3.7: martian sources and destinations")
    for source in ("0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "224.0.0.1",
                   "239.255.255.255", "240.0.0.1", "255.255.255.255"):
        case("IPv4 from " + source, header(src=source), "IP4_MARTIAN_SOURCE")
    for target in ("0.0.0.0", "0.255.255.255", "127.0.0.1", "127.9.9.9", "240.0.0.0",
                   "255.255.255.254"):
        case("IPv4 to " + target, header(dst=target), "IP4_MARTIAN_DESTINATION")
    topic("ip4-groups", "RFC 1812 5.3.4, 5.3.5, RFC 2644: multicast and broadcast are not forwarded")
    for target in ("224.0.0.0", "224.0.0.251", "239.255.255.255", "255.255.255.255"):
        case("IPv4 to group " + target, header(dst=target), "MULTICAST_UNSUPPORTED")
    case("DHCP discover", up(IP(src="0.0.0.0", dst="255.255.255.255") / UDP(sport=68, dport=67),
                             dst=BROADCAST), "MULTICAST_UNSUPPORTED")
    case("IPv4 unicast in a broadcast frame", up(packet, dst=BROADCAST), "MULTICAST_UNSUPPORTED")
    case("IPv4 to the range's first address", header(dst="172.19.0.0"), "TRANSIT")
    case("IPv4 to the range's last address", header(dst="172.19.255.255"), "MULTICAST_UNSUPPORTED")
    case("IPv4 ping to the range's last address",
         up(IP(src=POD4, dst="172.19.255.255", ttl=1) / ICMP()), "MULTICAST_UNSUPPORTED")
    case("IPv4 from the range's last address", header(src="172.19.255.255"), "IP4_MARTIAN_SOURCE")
    topic("ip4-spoofing", "RFC 2827: a source that is not the endpoint's own")
    for source in (PEER4, GATEWAY4, OUTSIDE4, "10.99.1.7", "172.19.1.12", "169.254.1.1"):
        case("IPv4 spoofing " + source, header(src=source), "SPOOFED_SOURCE")


def options4_cases():
    def with_options(*options, dst=PEER4, ttl=64):
        return IP(src=POD4, dst=dst, ttl=ttl, options=list(options)) / UDP() / b"x"

    topic("ip4-options", "RFC 1812 5.2.4, 5.3.13, RFC 7126: options of forwarded packets")
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

    topic("ip4-router", "RFC 1812 4.3.3, 5.2.3: packets to the router itself")
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
    case("timestamp request", up(IP(src=POD4, dst=GATEWAY4) / ICMP(type=13, ts_ori=1, ts_rx=0, ts_tx=0)), "CONSUMED")
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
    topic("ip4-ttl", "RFC 1812 5.3.1, 4.3.3.4: time to live runs out; no errors about errors (4.3.2.7)")
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
    case("IPv4 no route for an ICMP error", up(IP(src=POD4, dst=PEER4) / ICMP(type=3, code=3)
                                               / Raw(bytes(28))),
         "NO_ROUTE", None, "refuse:NO_ROUTE:0")
    case("IPv4 route drops", up(outside), "ROUTE_DROP", None, "refuse:ROUTE_DROP:0")
    case("IPv4 gateway unresolved", up(outside), "GATEWAY_UNRESOLVED", error4(outside, (3, 1)),
         "refuse:GATEWAY_UNRESOLVED:0")
    case("IPv4 TTL expired elsewhere", up(short), "TTL_EXPIRED", error4(short, expired),
         "refuse:TTL_EXPIRED:0")
    whole = IP(src=POD4, dst=PEER4, flags="DF") / UDP() / bytes(1400)
    case("IPv4 too big", up(whole), "TOO_BIG", error4(whole, (3, 4), 1400), "refuse:TOO_BIG:1400")
