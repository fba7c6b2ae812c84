"""IPv6 neighbour discovery."""
import struct

from scapy.all import (Ether, ICMPv6NDOptDstLLAddr, ICMPv6NDOptSrcLLAddr, ICMPv6ND_NA,
                       ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6ND_RS, ICMPv6ND_Redirect, IPv6, Raw)

from world import (POD_MAC, ROUTER_MAC, POD6, OWN6, GATEWAY6, ROUTED6, PEER6, OUTSIDE6, POD_LL,
                   ROUTER_LL, topic, case, down, checksum)


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
    topic("nd", "RFC 4861 6.1, 7.1, 7.2, 8.1, RFC 4862 5.4: neighbour discovery")
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
    taken = Ether(src=ROUTER_MAC, dst="33:33:00:00:00:01")
    for name, target in (("gateway", GATEWAY6), ("router's link-local", ROUTER_LL)):
        case("duplicate address detection of the %s address" % name,
             ns(target, src="::", option=False), "CONSUMED",
             taken / IPv6(src=target, dst="ff02::1", hlim=255)
             / ICMPv6ND_NA(tgt=target, R=1, S=0, O=1) / ICMPv6NDOptDstLLAddr(lladdr=ROUTER_MAC))
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
