"""IPv6: header checks, the gateway itself, ICMPv6 errors."""
from scapy.all import (Ether, ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest,
                       ICMPv6MLReport2, ICMPv6PacketTooBig, ICMPv6ParamProblem,
                       ICMPv6TimeExceeded, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                       IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, Jumbo, PadN, Raw, RouterAlert, TCP, UDP)

from world import (POD_MAC, POD6, OWN6, GATEWAY6, ROUTED6, PEER6, OUTSIDE6, POD_LL, ROUTER_LL,
                   topic, case, up, down, patched, error6)


def checks6_cases():
    def packet(payload=b"payload", **fields):
        values = {"src": POD6, "dst": PEER6, "hlim": 64}
        values.update(fields)
        return IPv6(**values) / UDP(sport=1, dport=2) / payload

    topic("ip6-forwarding", "RFC 8200 3, 4.3: forwarding; extension headers in transit are not looked at")
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
    topic("ip6-header", "RFC 8200 3: version, payload length")
    case("IPv6 header cut at 39 bytes",
         up(Raw(bytes(packet())[:39]), kind=0x86dd),
         "TOO_SHORT")
    for version in (0, 4, 7):
        case("IPv6 with version %d" % version,
             patched(up(packet()), 14, version << 4), "IP6_BAD_VERSION")
    case("IPv6 payload one beyond the frame", up(packet(plen=16)), "IP6_BAD_PAYLOAD_LENGTH")
    case("IPv6 payload of 65535 bytes", up(packet(plen=65535)), "IP6_BAD_PAYLOAD_LENGTH")
    jumbo = up(IPv6(src=POD6, dst=PEER6, plen=0) / IPv6ExtHdrHopByHop(options=[
        Jumbo(jumboplen=70000)]) / UDP() / bytes(100))
    case("jumbogram", jumbo, "IP6_BAD_PAYLOAD_LENGTH")
    case("jumbogram to the router", up(IPv6(src=POD6, dst=GATEWAY6, plen=0) / IPv6ExtHdrHopByHop(
        options=[Jumbo(jumboplen=70000)]) / UDP()), "IP6_BAD_PAYLOAD_LENGTH")
    case("hop-by-hop options that are not there", up(IPv6(src=POD6, dst=PEER6, nh=0)),
         "IP6_BAD_PAYLOAD_LENGTH")
    topic("ip6-martians", "RFC 4291 2.5, RFC 4007: addresses that no packet in transit has")
    for source in ("::", "::1", "::ffff:172.19.1.10", "ff02::1", "ff0e::1"):
        case("IPv6 from " + source, up(packet(src=source)), "IP6_MARTIAN_SOURCE")
    for source in ("fe80::1", "febf::1", POD_LL):
        case("IPv6 from %s to another link" % source, up(packet(src=source)), "IP6_MARTIAN_SOURCE",
             error6(packet(src=source), ICMPv6DestUnreach(code=2), source=ROUTER_LL))
    for target in ("fe80::14", "::", "::1", "::ffff:172.19.2.20"):
        case("IPv6 from a link-local address to " + target, up(packet(src=POD_LL, dst=target)),
             "IP6_MARTIAN_SOURCE")
    case("ICMPv6 error from a link-local address to another link",
         up(IPv6(src=POD_LL, dst=PEER6) / ICMPv6DestUnreach() / Raw(bytes(48))),
         "IP6_MARTIAN_SOURCE")
    case("IPv6 from :: to the router", up(packet(src="::", dst=GATEWAY6)), "IP6_MARTIAN_SOURCE")
    for target in ("::", "::1", "::ffff:172.19.2.20", "fe80::14", "febf:ffff::1"):
        case("IPv6 to " + target, up(packet(dst=target)), "IP6_MARTIAN_DESTINATION")
    topic("ip6-groups", "RFC 4291 2.7: multicast is not forwarded")
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
    topic("ip6-spoofing", "RFC 2827: a source that is not the endpoint's own")
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

    checked = bytes(ping())[40:]
    topic("ip6-router", "RFC 4443 4, RFC 8200 4: packets to the router itself")
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
    case("ping6 behind eight extension headers",
         up(IPv6(src=POD6, dst=GATEWAY6, nh=60) / Raw((b"\x3c\0\1\4" + bytes(4)) * 7
                                                      + b"\x3a\0\1\4" + bytes(4))
            / Raw(checked)), "CONSUMED", pong())
    authentication = b"\x3a\x04" + bytes(22)
    case("ping6 behind an authentication header",
         up(IPv6(src=POD6, dst=GATEWAY6, nh=51) / Raw(authentication) / Raw(checked)),
         "CONSUMED", pong())
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

    extensions6_cases()


def extensions6_cases():
    topic("ip6-extensions", "RFC 8200 4: extension headers and options of packets to the router")
    ping = {"id": 0x1234, "seq": 7, "data": b"abcdefgh"}
    pong = down(IPv6(src=GATEWAY6, dst=POD6, hlim=64) / ICMPv6EchoReply(**ping))
    base = IPv6(src=POD6, dst=GATEWAY6)

    def header(nh, *options):
        """An options header with these bytes as its options."""
        data = bytes([nh, 0]) + b"".join(options)
        data += bytes(-len(data) % 8)
        return Raw(bytes([nh, len(data) // 8 - 1]) + data[2:])

    def raw(nh, *parts):
        return IPv6(src=POD6, dst=GATEWAY6, nh=nh) / Raw(b"".join(bytes(p) for p in parts))

    echo = bytes(base / ICMPv6EchoRequest(**ping))[40:]
    hop, routing, destination, icmp = 0, 43, 60, 58

    def problem(packet, code, pointer):
        return error6(packet, ICMPv6ParamProblem(code=code, ptr=pointer))

    for name, nh in (("hop-by-hop", hop), ("destination", destination)):
        skipped = raw(nh, header(icmp, b"\x3e\x04abcd", b"\x05\x02\0\0", b"\x01\0"), echo)
        case(name + " options to be skipped", up(skipped), "CONSUMED", pong)
        silent = raw(nh, header(icmp, b"\x7e\x02ab"), echo)
        case(name + " option to be dropped for", up(silent), "NO_SERVICE")
        for action, kind in (("to be told of", 0xbe), ("to be told of unless multicast", 0xfe)):
            told = raw(nh, header(icmp, b"\x01\x02\0\0", bytes([kind, 3]) + b"abc"), echo)
            case("%s option %s" % (name, action), up(told), "NO_SERVICE", problem(told, 2, 46))
        case(name + " option beyond its header", up(raw(nh, header(icmp, b"\x3e\x05abcd"), echo)),
             "IP6_BAD_EXTENSION")
        case(name + " option without a length",
             up(raw(nh, header(icmp, b"\x01\x03abc\x3e"), echo)), "IP6_BAD_EXTENSION")
    jumbo = raw(hop, header(icmp, b"\xc2\x04" + bytes(4)), echo)
    case("jumbo payload of a packet with a length", up(jumbo), "NO_SERVICE", problem(jumbo, 2, 42))
    second = raw(destination, header(hop), header(icmp), echo)
    case("hop-by-hop options that are not first", up(second), "NO_SERVICE", problem(second, 1, 40))
    twice = raw(hop, header(hop), header(icmp), echo)
    case("hop-by-hop options twice", up(twice), "NO_SERVICE", problem(twice, 1, 40))
    ordered = raw(hop, header(destination), header(routing), b"\x3c\0\0\0" + bytes(4),
                  header(icmp), echo)
    case("headers in the recommended order", up(ordered), "CONSUMED", pong)
    odd = raw(routing, b"\x3c\0\0\0" + bytes(4), header(destination), header(icmp), echo)
    case("headers in another order", up(odd), "CONSUMED", pong)
    left = b"\x2b\2\0\1" + bytes(20), b"\x3a\2\0\1" + bytes(20)
    two = raw(routing, *left, echo)
    case("two routing headers with segments left", up(two), "NO_SERVICE", problem(two, 0, 42))
    before = raw(destination, header(routing, b"\xbe\0"), left[1], echo)
    case("unknown option before segments left", up(before), "NO_SERVICE", problem(before, 2, 42))
    behind = raw(routing, b"\x3c\2\0\1" + bytes(20), header(icmp, b"\xbe\0"), echo)
    case("unknown option behind segments left", up(behind), "NO_SERVICE", problem(behind, 0, 42))
    unknown = raw(253, bytes(16))
    case("unknown next header", up(unknown), "NO_SERVICE", problem(unknown, 1, 6))
    secret = raw(50, bytes(24))
    case("encapsulating security payload", up(secret), "NO_SERVICE", problem(secret, 1, 6))
    error = raw(destination, header(icmp, b"\xbe\0"), b"\x01" + bytes(55))
    case("unknown option before an ICMPv6 error", up(error), "NO_SERVICE")


def errors6_cases():
    expired = ICMPv6TimeExceeded(code=0)
    short = IPv6(src=POD6, dst=PEER6, hlim=1) / UDP() / b"payload"
    topic("ip6-hop-limit", "RFC 4443 3.3: hop limit runs out; no errors about errors (2.4 e)")
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
            / Raw(b"\x80" + bytes(15))), "TTL_EXPIRED")
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
    whole = IPv6(src=POD6, dst=PEER6) / UDP() / bytes(1440)
    case("IPv6 too big", up(whole), "TOO_BIG", error6(whole, ICMPv6PacketTooBig(mtu=1400)),
         "refuse:TOO_BIG:1400")
