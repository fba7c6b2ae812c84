"""IPv6 through the whole daemon: routes that lead nowhere, path MTU, fragments."""
from scapy.all import (ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6PacketTooBig,
                       ICMPv6TimeExceeded, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                       IPv6ExtHdrHopByHop, PadN, Raw, RouterAlert, TCP, UDP)

from golden import (DROPPED6, FORWARDED, NOBODY6, PEER_MTU, POD, UNRESOLVED6, UNROUTED6, Golden,
                    forwarded)
from world import GATEWAY6, OUTSIDE6, PEER6, POD6, ROUTED6, error6, up

NO_ROUTE, NOBODY = ICMPv6DestUnreach(code=0), ICMPv6DestUnreach(code=3)


def goldens6():
    unreachable6()
    silence6()
    too_big6()
    fragments6()


def unreachable6():
    golden = Golden("ip6-unreachable", "RFC 4443 3.1: no way to the destination", POD)

    def udp(dst, **fields):
        return IPv6(src=POD6, dst=dst, **fields) / UDP(sport=7, dport=9) / b"payload"

    options = IPv6(src=POD6, dst=UNROUTED6) / IPv6ExtHdrHopByHop(options=[RouterAlert()]) / UDP()
    for name, packet, fate, error in (
            ("no route inside the range", udp(NOBODY6), "NO_ROUTE", NOBODY),
            ("no route outside the range", udp(UNROUTED6), "NO_ROUTE", NO_ROUTE),
            ("gateway that nobody is", udp(UNRESOLVED6), "GATEWAY_UNRESOLVED", NOBODY),
            ("no route, with padding", udp(UNROUTED6), "NO_ROUTE", NO_ROUTE),
            ("no route, with extension headers", options, "NO_ROUTE", NO_ROUTE),
            ("no route, with a traffic class", udp(UNROUTED6, tc=0xb8, fl=7), "NO_ROUTE", NO_ROUTE),
            ("no route from a routed prefix", IPv6(src=ROUTED6, dst=NOBODY6) / TCP(), "NO_ROUTE",
             NOBODY)):
        frame = bytes(up(packet)) + (bytes(20) if "padding" in name else b"")
        golden.packet(name, frame, fate, (POD, error6(packet, error)))
    golden.packet("route that drops", up(udp(DROPPED6)), "ROUTE_DROP")
    first = udp(DROPPED6, hlim=1)
    golden.packet("hop limit comes before the route", up(first), "TTL_EXPIRED",
                  (POD, error6(first, ICMPv6TimeExceeded())))


def silence6():
    """RFC 4443 2.4 (e), for each reason that has an error."""
    golden = Golden("ip6-no-error-about", "RFC 4443 2.4 (e): what no ICMPv6 error is sent about", POD)
    reasons = (("no route", UNROUTED6, 64, "NO_ROUTE", NO_ROUTE),
               ("nobody", NOBODY6, 64, "NO_ROUTE", NOBODY),
               ("unresolved", UNRESOLVED6, 64, "GATEWAY_UNRESOLVED", NOBODY),
               ("expired", PEER6, 1, "TTL_EXPIRED", ICMPv6TimeExceeded()))
    for name, dst, limit, fate, error in reasons:
        ip = {"src": POD6, "dst": dst, "hlim": limit}
        for kind in (0, 1, 2, 3, 4, 100, 127, 137):
            packet = IPv6(nh=58, **ip) / Raw(bytes([kind]) + bytes(47))
            golden.packet("%s, ICMPv6 type %d" % (name, kind), up(packet), fate)
        golden.packet(name + ", ICMPv6 without a type", up(IPv6(nh=58, **ip)), fate)
        hidden = IPv6(**ip) / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0" * 4)]) / ICMPv6DestUnreach()
        golden.packet(name + ", an error behind an extension header", up(hidden), fate)
        golden.packet(name + ", an error in a first fragment",
                      up(IPv6(**ip) / IPv6ExtHdrFragment(m=1, nh=58) / Raw(b"\x01" + bytes(23))), fate)
        golden.packet(name + ", a later fragment of ICMPv6",
                      up(IPv6(**ip) / IPv6ExtHdrFragment(offset=4, nh=58) / Raw(bytes(24))), fate)
        golden.packet(name + ", broken extension headers",
                      up(IPv6(nh=60, **ip) / Raw(b"\x3a\x05" + bytes(6))), fate)
        for query in (ICMPv6EchoRequest(data=b"x"), ICMPv6EchoReply(data=b"x")):
            packet = IPv6(**ip) / query
            golden.packet("%s, %s" % (name, query.name.lower()), up(packet), fate,
                          (POD, error6(packet, error)))
        packet = IPv6(**ip) / IPv6ExtHdrFragment(offset=4, nh=17) / Raw(bytes(16))
        golden.packet(name + ", a later fragment of UDP", up(packet), fate,
                      (POD, error6(packet, error)))


def too_big6():
    golden = Golden("ip6-too-big", "RFC 4443 3.2, RFC 8200 5: too big; no router fragments", POD)
    error = ICMPv6PacketTooBig(mtu=PEER_MTU)
    for bytes_over in (1, 100):
        packet = IPv6(src=POD6, dst=PEER6) / UDP() / bytes(PEER_MTU - 48 + bytes_over)
        golden.packet("%d bytes over the peer's MTU" % bytes_over, up(packet), "TOO_BIG",
                      (POD, error6(packet, error)))
    fits = IPv6(src=POD6, dst=PEER6) / UDP() / bytes(PEER_MTU - 48)
    golden.packet("as large as the peer's MTU", up(fits), FORWARDED, forwarded(up(fits)))
    padded = bytes(up(fits)) + bytes(40)
    golden.packet("as large as the peer's MTU, with padding", padded, FORWARDED, forwarded(padded))
    via = IPv6(src=POD6, dst=OUTSIDE6) / TCP() / bytes(PEER_MTU)
    golden.packet("behind the peer", up(via), "TOO_BIG", (POD, error6(via, error)))
    fragment = IPv6(src=POD6, dst=PEER6) / IPv6ExtHdrFragment(m=1, nh=17) / bytes(1440)
    golden.packet("a fragment", up(fragment), "TOO_BIG", (POD, error6(fragment, error)))
    golden.packet("an ICMPv6 error", up(IPv6(src=POD6, dst=PEER6) / ICMPv6DestUnreach()
                                        / Raw(bytes(PEER_MTU))), "TOO_BIG")


def fragments6():
    golden = Golden("ip6-fragments", "RFC 8200 4.5: fragments in transit and to the router", POD)

    def fragment(dst, offset, more, nh=17, size=64):
        return up(IPv6(src=POD6, dst=dst)
                  / IPv6ExtHdrFragment(offset=offset, m=more, id=99, nh=nh)
                  / Raw(bytes(range(size))))

    for name, offset, more, size in (("first", 0, 1, 64), ("middle", 8, 1, 64), ("last", 16, 0, 33),
                                     ("atomic (RFC 6946)", 0, 0, 20),
                                     ("not a multiple of 8 bytes", 0, 1, 13),
                                     ("beyond 65,535 bytes", 8191, 0, 40)):
        frame = fragment(PEER6, offset, more, size=size)
        golden.packet(name, frame, FORWARDED, forwarded(frame))
    golden.packet("first, to the router", fragment(GATEWAY6, 0, 1, 58), "FRAGMENT_FOR_ROUTER")
    golden.packet("last, to the router", fragment(GATEWAY6, 8, 0, 58), "FRAGMENT_FOR_ROUTER")
