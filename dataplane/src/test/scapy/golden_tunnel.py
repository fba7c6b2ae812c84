"""Tunnels to other nodes (RFC 7348) through the whole daemon."""
from scapy.all import (ARP, Ether, ICMP, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6ND_NS,
                       ICMPv6PacketTooBig, ICMPv6TimeExceeded, ICMPv6DestUnreach,
                       ICMPv6NDOptDstLLAddr, ICMPv6ND_NA, IP, IPOption_LSRR, IPOption_NOP, IPv6,
                       IPv6ExtHdrFragment, IPv6ExtHdrHopByHop, Raw, RouterAlert, SCTP, TCP, UDP)

from golden import (BLUE, CONSUMED, EAST4, EAST6, EAST_MAC, EAST_VTEP, FORWARDED, GREEN, NOBODY4,
                    NOBODY6, OTHER, PATH_MTU, PEER, PEER_MTU, POD, RED, UNROUTED4, UPLINK,
                    UPLINK_MAC, VTEP4, VTEP6, WEST4, WEST6, WEST_MAC, WEST_VTEP, Golden, forwarded,
                    from_east, from_west, hop, inner, ip_of, to_east, to_west)
from golden_ipv4 import cut
from world import (BROADCAST, GATEWAY4, GATEWAY6, OWN4, PEER4, PEER6, POD4, POD6, POD_MAC,
                   ROUTER_MAC, ROUTED4, error4, error6, poke, up)


def tunnel_goldens():
    to_nodes()
    entropy()
    too_big_for_tunnels()
    refused_before_tunnels()
    from_nodes()
    outer_headers()
    vxlan_header()
    node_and_network()
    inner_spoofing()
    inner_not_routed()
    inner_ip4()
    inner_ip6()
    answers_into_tunnels()
    into_smaller_mtu()
    congestion()
    uplink_itself()


def out(ip, tunnel=to_east):
    return tunnel(inner(hop(ip)))


def to_nodes():
    golden = Golden("vxlan-out", "RFC 7348 4.1, 5: encapsulation towards nodes", POD)
    for name, dst4, dst6, tunnel in (("IPv4 tunnel", EAST4, EAST6, to_east),
                                     ("IPv6 tunnel", WEST4, WEST6, to_west)):
        four, six = {"src": POD4, "dst": dst4}, {"src": POD6, "dst": dst6}
        for kind, ip in (
                ("UDP", IP(**four) / UDP(sport=53, dport=999) / b"payload"),
                ("TCP", IP(**four) / TCP(sport=80, dport=999) / bytes(700)),
                ("SCTP", IP(**four) / SCTP(sport=9, dport=10) / bytes(20)),
                ("echo request", IP(**four) / ICMP(id=1, seq=2) / bytes(56)),
                ("20 bytes", IP(proto=253, **four)),
                ("a first fragment", IP(flags="MF", **four) / UDP(sport=53, dport=1) / bytes(64)),
                ("a later fragment", IP(frag=9, proto=17, **four) / Raw(bytes(range(64)))),
                ("options", IP(options=[IPOption_NOP()] * 4, **four) / TCP() / b"x"),
                ("type of service", IP(tos=0xb8, **four) / UDP() / b"odd"),
                ("a further address", IP(src=OWN4, dst=dst4) / UDP() / bytes(30)),
                ("a routed prefix", IP(src=ROUTED4, dst=dst4) / UDP() / bytes(30)),
                ("1,500 bytes", IP(**four) / UDP() / bytes(1472)),
                ("IPv6 UDP", IPv6(**six) / UDP(sport=53, dport=999) / b"payload"),
                ("IPv6 TCP", IPv6(fl=0x12345, **six) / TCP(sport=80, dport=999) / bytes(701)),
                ("IPv6 echo request", IPv6(**six) / ICMPv6EchoRequest(id=1, data=bytes(57))),
                ("IPv6 fragment", IPv6(**six) / IPv6ExtHdrFragment(offset=4, nh=17) / bytes(64)),
                ("IPv6 options", IPv6(**six) / IPv6ExtHdrHopByHop(options=[RouterAlert()])
                 / UDP() / bytes(12)),
                ("IPv6, 40 bytes", IPv6(nh=59, **six)),
                ("IPv6, 1,500 bytes", IPv6(**six) / UDP() / bytes(1452))):
            golden.packet("%s, %s" % (name, kind), up(ip), FORWARDED, out(ip, tunnel))
        for ecn in range(1, 4):
            ip = IP(tos=ecn, **four) / TCP() / bytes(10)
            golden.packet("%s, ECN %d" % (name, ecn), up(ip), FORWARDED, out(ip, tunnel))
        padded = bytes(up(IP(**four) / UDP())) + bytes(18)
        golden.packet(name + ", padding", padded, FORWARDED, out(IP(**four) / UDP(), tunnel))


def entropy():
    golden = Golden("vxlan-entropy", "RFC 7348 4.1: the source port follows the inner flow", POD)
    for port in range(40000, 40016):
        ip = IP(src=POD4, dst=EAST4) / TCP(sport=port, dport=443) / b"one"
        golden.packet("flow %d" % port, up(ip), FORWARDED, out(ip))
        ip = IP(src=POD4, dst=EAST4, id=2, ttl=33) / TCP(sport=port, dport=443, seq=9) / bytes(400)
        golden.packet("flow %d again" % port, up(ip), FORWARDED, out(ip))
        ip = IPv6(src=POD6, dst=WEST6) / UDP(sport=port, dport=443) / b"one"
        golden.packet("IPv6 flow %d" % port, up(ip), FORWARDED, out(ip, to_west))
    made = {frame[34:36] for frame in golden.outputs[UPLINK] if frame[12:14] == b"\x08\x00"}
    assert len(made) == 16, "a port for each flow"


def too_big_for_tunnels():
    golden = Golden("vxlan-out-too-big",
                    "RFC 7348 4.3: a VTEP never fragments; the inner packet is cut or refused", POD)
    for name, dst, tunnel in (("IPv4 tunnel", EAST4, to_east), ("IPv6 tunnel", WEST4, to_west)):
        ip = IP(src=POD4, dst=dst, flags="DF") / UDP() / bytes(1473)
        golden.packet(name + ", not to be fragmented", up(ip), "TOO_BIG",
                      (POD, error4(ip, (3, 4), PATH_MTU)))
        ip = IP(src=POD4, dst=dst, id=5) / UDP() / bytes(i & 255 for i in range(1473))
        parts = cut(hop(ip), PATH_MTU)
        golden.packet(name + ", to be fragmented", up(ip), FORWARDED,
                      *[tunnel(inner(part)) for part in parts])
    for name, dst in (("IPv4 tunnel", EAST6), ("IPv6 tunnel", WEST6)):
        ip = IPv6(src=POD6, dst=dst) / UDP() / bytes(1453)
        golden.packet(name + ", IPv6", up(ip), "TOO_BIG",
                      (POD, error6(ip, ICMPv6PacketTooBig(mtu=PATH_MTU))))


def refused_before_tunnels():
    golden = Golden("vxlan-out-refused", "RFC 1812 5.2.2, 5.3: checks come before a tunnel", POD)
    good = IP(src=POD4, dst=EAST4) / UDP() / b"payload"
    golden.packet("spoofed", up(IP(src=PEER4, dst=EAST4) / UDP()), "SPOOFED_SOURCE")
    golden.packet("the remote pod's own address", up(IP(src=EAST4, dst=EAST4) / UDP()),
                  "SPOOFED_SOURCE")
    golden.packet("wrong checksum", poke(up(good), 24, 0x12, 0x34), "IP4_BAD_CHECKSUM")
    golden.packet("source route", up(IP(src=POD4, dst=EAST4, options=[IPOption_LSRR(
        routers=[EAST4])]) / UDP()), "IP4_SOURCE_ROUTE")
    short = IP(src=POD4, dst=EAST4, ttl=1) / UDP()
    golden.packet("TTL 1", up(short), "TTL_EXPIRED", (POD, error4(short, (11, 0))))
    short = IPv6(src=POD6, dst=WEST6, hlim=1) / UDP()
    golden.packet("hop limit 1", up(short), "TTL_EXPIRED", (POD, error6(short, ICMPv6TimeExceeded())))
    golden.packet("IPv6, spoofed", up(IPv6(src=PEER6, dst=EAST6) / UDP()), "SPOOFED_SOURCE")
    golden.packet("to another MAC", up(good, dst=EAST_MAC), "NOT_FOR_ROUTER")


def sources():
    """Name, how a node sends, its pods' addresses, how it is answered."""
    return (("IPv4 tunnel", from_east, EAST4, EAST6, to_east),
            ("IPv6 tunnel", from_west, WEST4, WEST6, to_west))


def from_nodes():
    golden = Golden("vxlan-in", "RFC 7348 4.1: decapsulation", UPLINK)
    for name, wrap, src4, src6, _ in sources():
        for kind, ip in (
                ("UDP", IP(src=src4, dst=POD4) / UDP(sport=999, dport=53) / b"payload"),
                ("TCP", IP(src=src4, dst=POD4) / TCP() / bytes(700)),
                ("20 bytes", IP(src=src4, dst=POD4, proto=253)),
                ("to a further address", IP(src=src4, dst=OWN4) / UDP() / bytes(30)),
                ("a first fragment", IP(src=src4, dst=POD4, flags="MF") / UDP() / bytes(64)),
                ("a later fragment", IP(src=src4, dst=POD4, frag=9, proto=17) / Raw(bytes(64))),
                ("options", IP(src=src4, dst=POD4, options=[IPOption_NOP()] * 4) / UDP()),
                ("TTL 2", IP(src=src4, dst=POD4, ttl=2) / UDP()),
                ("1,500 bytes", IP(src=src4, dst=POD4) / UDP() / bytes(1472)),
                ("IPv6 UDP", IPv6(src=src6, dst=POD6) / UDP() / b"payload"),
                ("IPv6 fragment", IPv6(src=src6, dst=POD6) / IPv6ExtHdrFragment(offset=4, nh=17)
                 / bytes(64)),
                ("IPv6, 40 bytes", IPv6(src=src6, dst=POD6, nh=59)),
                ("IPv6, 1,500 bytes", IPv6(src=src6, dst=POD6) / UDP() / bytes(1452))):
            golden.packet("%s, %s" % (name, kind), wrap(inner(ip)), FORWARDED,
                          forwarded(inner(ip), POD))
        ip = IP(src=src4, dst=PEER4) / UDP() / bytes(64)
        golden.packet(name + ", to the peer", wrap(inner(ip)), FORWARDED, forwarded(inner(ip)))
        ip = IP(src=src4, dst=POD4) / UDP() / b"inner"
        golden.packet(name + ", inner padding", wrap(inner(ip) + bytes(20)), FORWARDED,
                      forwarded(inner(ip), POD))
        golden.packet(name + ", outer padding", wrap(inner(ip)) + bytes(20), FORWARDED,
                      forwarded(inner(ip), POD))


def outer_headers():
    golden = Golden("vxlan-in-outer", "RFC 7348 4.3, RFC 1812 5.2.2: outer headers", UPLINK)
    ip = IP(src=EAST4, dst=POD4) / UDP() / bytes(40)
    frame, arrives = inner(ip), forwarded(inner(ip), POD)

    def udp(**fields):
        values = {"sport": 50000, "dport": 4789}
        values.update(fields)
        return values

    golden.packet("checksum zero", from_east(frame), FORWARDED, arrives)
    golden.packet("checksum right", from_east(frame, udp=udp()), FORWARDED, arrives)
    golden.packet("checksum not looked at", from_east(frame, udp=udp(chksum=0x1234)), FORWARDED,
                  arrives)
    golden.packet("any source port", from_east(frame, udp=udp(sport=1, chksum=0)), FORWARDED,
                  arrives)
    golden.packet("TTL 1", from_east(frame, ttl=1), FORWARDED, arrives)
    golden.packet("may be fragmented", from_east(frame, flags=0, id=99), FORWARDED, arrives)
    golden.packet("type of service", from_east(frame, tos=0xb8), FORWARDED, arrives)
    golden.packet("options", from_east(frame, options=[IPOption_NOP()] * 4), FORWARDED, arrives)
    golden.packet("first fragment", from_east(frame, flags="MF"), "VXLAN_FRAGMENT")
    golden.packet("later fragment", from_east(frame, frag=7), "VXLAN_FRAGMENT")
    golden.packet("IPv4 checksum wrong", from_east(frame, chksum=0x1234), "IP4_BAD_CHECKSUM")
    golden.packet("IPv4 total length beyond the frame", from_east(frame, len=2000),
                  "IP4_BAD_TOTAL_LENGTH")
    golden.packet("IPv4 version 5", from_east(frame, version=5), "IP4_BAD_VERSION")
    golden.packet("from a martian", from_east(frame, src="127.0.0.1"), "IP4_MARTIAN_SOURCE")
    golden.packet("to another address", from_east(frame, dst="192.0.2.77"), "UNDERLAY_NOT_FOR_US")
    golden.packet("to another MAC", poke(from_east(frame), 0, 2, 0, 0, 0, 9, 9),
                  "UNDERLAY_NOT_FOR_US")
    golden.packet("to everybody's MAC", poke(from_east(frame), 0, *[255] * 6),
                  "MULTICAST_UNSUPPORTED")
    golden.packet("UDP length beyond the packet", from_east(frame, udp=udp(len=2000)),
                  "VXLAN_MALFORMED")
    golden.packet("UDP length 16", from_east(frame, udp=udp(len=16)), "VXLAN_MALFORMED")
    golden.packet("UDP length 0", from_east(frame, udp=udp(len=0)), "VXLAN_MALFORMED")
    golden.packet("UDP length that cuts the inner packet", from_east(frame, udp=udp(len=70)),
                  "IP4_BAD_TOTAL_LENGTH")
    golden.packet("another port", from_east(frame, udp=udp(dport=4790)), "NO_SERVICE")
    six = IPv6(src=WEST6, dst=POD6) / UDP() / bytes(40)
    frame, arrives = inner(six), forwarded(inner(six), POD)
    golden.packet("IPv6, checksum right", from_west(frame), FORWARDED, arrives)
    golden.packet("IPv6, checksum zero (RFC 6935)", from_west(frame, udp=udp(chksum=0)), FORWARDED,
                  arrives)
    golden.packet("IPv6, hop limit 1", from_west(frame, hlim=1), FORWARDED, arrives)
    golden.packet("IPv6, version 5", from_west(frame, version=5), "IP6_BAD_VERSION")
    golden.packet("IPv6, payload length beyond the frame", from_west(frame, plen=2000),
                  "IP6_BAD_PAYLOAD_LENGTH")
    golden.packet("IPv6, to another address", from_west(frame, dst="2001:db8:ffff::77"),
                  "UNDERLAY_NOT_FOR_US")
    golden.packet("IPv6, from ::", from_west(frame, src="::"), "IP6_MARTIAN_SOURCE")
    fragment = (Ether(src=WEST_MAC, dst=UPLINK_MAC) / IPv6(src=WEST_VTEP, dst=VTEP6)
                / IPv6ExtHdrFragment(m=1, nh=17) / Raw(bytes(64)))
    golden.packet("IPv6 fragment", fragment, "VXLAN_FRAGMENT")


def vxlan_header():
    golden = Golden("vxlan-in-header", "RFC 7348 5: I flag, reserved bits, identifier", UPLINK)
    for name, wrap, src4, _, _ in sources():
        ip = IP(src=src4, dst=POD4) / UDP() / bytes(40)
        frame, arrives = inner(ip), forwarded(inner(ip), POD)

        def header(data, wrap=wrap, frame=frame):
            return wrap(frame, vxlan=Raw(bytes(data)))

        golden.packet(name + ", only I", header([8, 0, 0, 0, 0, 0, BLUE, 0]), FORWARDED, arrives)
        golden.packet(name + ", all reserved bits", header([255, 255, 255, 255, 0, 0, BLUE, 255]),
                      FORWARDED, arrives)
        for bit in (0, 1, 2, 4, 5, 6, 7):
            golden.packet("%s, reserved flag %d" % (name, bit),
                          header([8 | 1 << bit, 0, 0, 0, 0, 0, BLUE, 0]), FORWARDED, arrives)
        golden.packet(name + ", no flag", header([0, 0, 0, 0, 0, 0, BLUE, 0]), "VXLAN_BAD_FLAGS")
        golden.packet(name + ", all but I", header([0xf7, 0, 0, 0, 0, 0, BLUE, 0]),
                      "VXLAN_BAD_FLAGS")
        for vni in (0, GREEN, BLUE << 8, BLUE << 16, 0xffffff):
            golden.packet("%s, identifier %d" % (name, vni), wrap(frame, vni=vni),
                          "VXLAN_UNKNOWN_VNI")


def node_and_network():
    golden = Golden("vxlan-in-nodes",
                    "Tunnel packets are accepted from known nodes, each into its network", UPLINK)
    ip = IP(src=EAST4, dst=POD4) / UDP() / bytes(40)
    frame = inner(ip)
    for source in ("192.0.2.3", "192.0.2.1", "198.51.100.9", "172.19.3.30"):
        golden.packet("from " + source, from_east(frame, src=source), "VXLAN_UNKNOWN_NODE")
    golden.packet("from an unknown node over IPv6",
                  from_west(inner(IP(src=WEST4, dst=POD4) / UDP()), src="2001:db8:ffff::3"),
                  "VXLAN_UNKNOWN_NODE")
    golden.packet("unknown node and unknown network", from_east(frame, vni=GREEN, src="192.0.2.3"),
                  "VXLAN_UNKNOWN_NODE")
    golden.packet("into blue", from_east(inner(IP(src=EAST4, dst=PEER4) / UDP())), FORWARDED,
                  forwarded(inner(IP(src=EAST4, dst=PEER4) / UDP()), PEER))
    golden.packet("into red, the same addresses",
                  from_east(inner(IP(src=EAST4, dst=PEER4) / UDP()), vni=RED), FORWARDED,
                  forwarded(inner(IP(src=EAST4, dst=PEER4) / UDP()), OTHER))
    lost = IP(src=EAST4, dst=POD4) / UDP() / b"no such pod there"
    golden.packet("into red, where blue's pod is not", from_east(inner(lost), vni=RED), "NO_ROUTE",
                  to_east(inner(ip_of(error4(lost, (3, 1)))), vni=RED))


def inner_spoofing():
    golden = Golden("vxlan-in-spoofing",
                    "RFC 3704: an inner source must live behind the node that sent it", UPLINK)
    for name, wrap, other4, other6 in (("east", from_east, WEST4, WEST6),
                                       ("west", from_west, EAST4, EAST6)):
        for source in (POD4, PEER4, OWN4, other4, GATEWAY4, NOBODY4, UNROUTED4, "127.0.0.1",
                       "0.0.0.0", "224.0.0.1", "172.19.255.255", "255.255.255.255"):
            golden.packet("%s as %s" % (name, source),
                          wrap(inner(IP(src=source, dst=POD4) / UDP())), "VXLAN_SPOOFED_SOURCE")
        for source in (POD6, PEER6, other6, GATEWAY6, NOBODY6, "::", "::1", "ff02::1", "fe80::1"):
            golden.packet("%s as %s" % (name, source),
                          wrap(inner(IPv6(src=source, dst=POD6) / UDP())), "VXLAN_SPOOFED_SOURCE")
    error = IP(src=GATEWAY4, dst=POD4) / ICMP(type=11) / IP(src=POD4, dst=EAST4) / UDP()
    golden.packet("the other router's ICMP error", from_east(inner(error)), FORWARDED,
                  forwarded(inner(error), POD))
    error = (IPv6(src=GATEWAY6, dst=POD6) / ICMPv6TimeExceeded() / IPv6(src=POD6, dst=EAST6)
             / UDP())
    golden.packet("the other router's ICMPv6 error", from_east(inner(error)), FORWARDED,
                  forwarded(inner(error), POD))
    golden.packet("east's pod, but in red only west could have it",
                  from_west(inner(IP(src=EAST4, dst=PEER4) / UDP()), vni=RED),
                  "VXLAN_SPOOFED_SOURCE")


def inner_not_routed():
    golden = Golden("vxlan-in-not-routed", "Nodes route to each other, they do not bridge", UPLINK)
    ip = IP(src=EAST4, dst=POD4) / UDP() / bytes(20)
    arp = Ether(src=EAST_MAC, dst=BROADCAST) / ARP(psrc=EAST4, pdst=POD4, hwsrc=EAST_MAC)
    golden.packet("ARP", from_east(arp), "VXLAN_NOT_ROUTED")
    solicitation = (Ether(src=EAST_MAC, dst="33:33:ff:00:00:0a")
                    / IPv6(src=EAST6, dst="ff02::1:ff00:a", hlim=255) / ICMPv6ND_NS(tgt=POD6))
    golden.packet("neighbour solicitation", from_east(solicitation), "VXLAN_NOT_ROUTED")
    golden.packet("VLAN tag", from_east(Ether(src=ROUTER_MAC, dst=ROUTER_MAC, type=0x8100)
                                        / Raw(bytes(60))), "VXLAN_NOT_ROUTED")
    golden.packet("broadcast frame", from_east(inner(ip, dst=BROADCAST)), "MULTICAST_UNSUPPORTED")
    golden.packet("multicast frame", from_east(inner(ip, dst="01:00:5e:00:00:01")),
                  "MULTICAST_UNSUPPORTED")
    golden.packet("to the pod's MAC", from_east(inner(ip, dst=POD_MAC)), "NOT_FOR_ROUTER")
    golden.packet("no room for an inner header", from_east(bytes(13)), "VXLAN_MALFORMED")
    golden.packet("an inner Ethernet header only", from_east(inner(ip)[:14]), "TOO_SHORT")
    back = IP(src=EAST4, dst=WEST4) / UDP() / bytes(20)
    golden.packet("to another node", from_east(inner(back)), "TUNNEL_TO_TUNNEL")
    back = IP(src=EAST4, dst="172.19.3.31") / UDP() / bytes(20)
    golden.packet("back to the same node", from_east(inner(back)), "TUNNEL_TO_TUNNEL")
    six = IPv6(src=WEST6, dst=EAST6) / UDP() / bytes(20)
    golden.packet("to another node, IPv6", from_west(inner(six)), "TUNNEL_TO_TUNNEL")


def inner_ip4():
    golden = Golden("vxlan-in-ip4", "RFC 1812 5.2.2, 5.3: inner headers are checked as a pod's",
                    UPLINK)
    good = inner(IP(src=EAST4, dst=POD4, id=3) / UDP() / bytes(40))
    for name, frame, fate in (
            ("version 5", poke(good, 14, 0x55), "IP4_BAD_VERSION"),
            ("version 6", poke(good, 14, 0x65), "IP4_BAD_VERSION"),
            ("header of 16 bytes", poke(good, 14, 0x44), "IP4_BAD_HEADER_LENGTH"),
            ("header beyond the frame", inner(IP(src=EAST4, dst=POD4, ihl=15, len=20)),
             "IP4_BAD_HEADER_LENGTH"),
            ("total length 19", poke(good, 16, 0, 19), "IP4_BAD_TOTAL_LENGTH"),
            ("total length beyond the frame", poke(good, 16, 5, 0), "IP4_BAD_TOTAL_LENGTH"),
            ("checksum wrong", poke(good, 24, 1, 2), "IP4_BAD_CHECKSUM"),
            ("19 bytes", good[:14 + 19], "TOO_SHORT"),
            ("source route", inner(IP(src=EAST4, dst=POD4, options=[
                IPOption_LSRR(routers=[POD4])]) / UDP()), "IP4_SOURCE_ROUTE"),
            ("to loopback", inner(IP(src=EAST4, dst="127.0.0.1") / UDP()),
             "IP4_MARTIAN_DESTINATION"),
            ("to class E", inner(IP(src=EAST4, dst="240.0.0.1") / UDP()),
             "IP4_MARTIAN_DESTINATION"),
            ("to 0.0.0.0", inner(IP(src=EAST4, dst="0.0.0.0") / UDP()),
             "IP4_MARTIAN_DESTINATION"),
            ("to a group", inner(IP(src=EAST4, dst="224.0.0.251") / UDP()),
             "MULTICAST_UNSUPPORTED"),
            ("directed broadcast", inner(IP(src=EAST4, dst="172.19.255.255") / UDP()),
             "MULTICAST_UNSUPPORTED"),
            ("limited broadcast", inner(IP(src=EAST4, dst="255.255.255.255") / UDP()),
             "MULTICAST_UNSUPPORTED")):
        golden.packet(name, from_east(frame), fate)


def inner_ip6():
    golden = Golden("vxlan-in-ip6", "RFC 8200 3: inner headers are checked as a pod's", UPLINK)
    good = inner(IPv6(src=WEST6, dst=POD6) / UDP() / bytes(40))
    for name, frame, fate in (
            ("version 5", poke(good, 14, 0x50), "IP6_BAD_VERSION"),
            ("version 4", poke(good, 14, 0x40), "IP6_BAD_VERSION"),
            ("payload beyond the frame", poke(good, 18, 5, 0), "IP6_BAD_PAYLOAD_LENGTH"),
            ("39 bytes", good[:14 + 39], "TOO_SHORT"),
            ("to ::", inner(IPv6(src=WEST6, dst="::") / UDP()), "IP6_MARTIAN_DESTINATION"),
            ("to loopback", inner(IPv6(src=WEST6, dst="::1") / UDP()), "IP6_MARTIAN_DESTINATION"),
            ("to a link-local address", inner(IPv6(src=WEST6, dst="fe80::14") / UDP()),
             "IP6_MARTIAN_DESTINATION"),
            ("to a group", inner(IPv6(src=WEST6, dst="ff0e::1") / UDP()),
             "MULTICAST_UNSUPPORTED")):
        golden.packet(name, from_west(frame), fate)


def answers_into_tunnels():
    golden = Golden("vxlan-in-answers",
                    "RFC 1812 4.3, RFC 4443: echo and errors go back into the tunnel", UPLINK)
    for name, wrap, src4, src6, tunnel in sources():
        def told(packet, fate, error, name=name, wrap=wrap, tunnel=tunnel):
            title = "%s, IPv%d, %s" % (name, packet.version, fate.lower().replace("_", " "))
            golden.packet(title, wrap(inner(packet)), fate, tunnel(inner(ip_of(error))))

        def silent(what, packet, fate, name=name, wrap=wrap):
            golden.packet("%s, no error about %s" % (name, what), wrap(inner(packet)), fate)

        ping = IP(src=src4, dst=GATEWAY4, ttl=1) / ICMP(id=1, seq=2) / b"data"
        pong = IP(src=GATEWAY4, dst=src4, id=0, flags="DF") / ICMP(type=0, id=1, seq=2) / b"data"
        golden.packet(name + ", echo", wrap(inner(ping)), CONSUMED, tunnel(inner(pong)))
        ping = IPv6(src=src6, dst=GATEWAY6, hlim=1) / ICMPv6EchoRequest(id=1, seq=2, data=b"data")
        pong = IPv6(src=GATEWAY6, dst=src6) / ICMPv6EchoReply(id=1, seq=2, data=b"data")
        golden.packet(name + ", echo over IPv6", wrap(inner(ping)), CONSUMED, tunnel(inner(pong)))
        short = IP(src=src4, dst=POD4, ttl=1) / UDP() / b"payload"
        told(short, "TTL_EXPIRED", error4(short, (11, 0)))
        lost = IP(src=src4, dst=NOBODY4) / UDP() / b"payload"
        told(lost, "NO_ROUTE", error4(lost, (3, 1)))
        service = IP(src=src4, dst=GATEWAY4) / UDP(dport=53) / b"payload"
        told(service, "NO_SERVICE", error4(service, (3, 3)))
        big = IP(src=src4, dst=PEER4, flags="DF") / UDP() / bytes(PEER_MTU - 27)
        told(big, "TOO_BIG", error4(big, (3, 4), PEER_MTU))
        short = IPv6(src=src6, dst=POD6, hlim=1) / UDP() / b"payload"
        told(short, "TTL_EXPIRED", error6(short, ICMPv6TimeExceeded()))
        lost = IPv6(src=src6, dst=NOBODY6) / UDP() / b"payload"
        told(lost, "NO_ROUTE", error6(lost, ICMPv6DestUnreach(code=3)))
        big = IPv6(src=src6, dst=PEER6) / UDP() / bytes(PEER_MTU - 47)
        told(big, "TOO_BIG", error6(big, ICMPv6PacketTooBig(mtu=PEER_MTU)))
        silent("an ICMP error", IP(src=src4, dst=NOBODY4) / ICMP(type=3) / Raw(bytes(28)),
               "NO_ROUTE")
        silent("a later fragment", IP(src=src4, dst=NOBODY4, frag=4) / Raw(bytes(28)), "NO_ROUTE")
        silent("an ICMPv6 error", IPv6(src=src6, dst=NOBODY6) / ICMPv6DestUnreach()
               / Raw(bytes(48)), "NO_ROUTE")
        silent("an expired ICMP error", IP(src=src4, dst=POD4, ttl=1) / ICMP(type=11)
               / Raw(bytes(28)), "TTL_EXPIRED")


def into_smaller_mtu():
    golden = Golden("vxlan-in-fragmentation",
                    "RFC 791 3.2: out of a tunnel into an interface with a smaller MTU", UPLINK)
    for name, wrap, src4, _, _ in sources():
        ip = IP(src=src4, dst=PEER4, id=77) / UDP() / bytes(i & 255 for i in range(1472))
        port, whole = forwarded(inner(ip))
        outs = [(port, whole[:14] + part) for part in cut(whole[14:], PEER_MTU)]
        golden.packet(name, wrap(inner(ip)), FORWARDED, *outs)


def congestion():
    golden = Golden("vxlan-in-congestion", "RFC 6040 4.2: what the underlay says of congestion",
                    UPLINK)
    for outer in range(4):
        for ecn in range(4):
            frame = inner(IP(src=EAST4, dst=POD4, tos=0xb8 | ecn) / UDP() / bytes(30))
            name = "outer %d, inner %d" % (outer, ecn)
            if outer == 3 and ecn == 0:
                golden.packet(name, from_east(frame, tos=outer), "VXLAN_CONGESTION")
                continue
            seen = 3 if outer == 3 else 1 if outer == 1 and ecn == 2 else ecn
            marked = inner(IP(src=EAST4, dst=POD4, tos=0xb8 | seen) / UDP() / bytes(30))
            golden.packet(name, from_east(frame, tos=outer), FORWARDED, forwarded(marked, POD))


def uplink_itself():
    golden = Golden("uplink", "RFC 826, RFC 4861, RFC 792, RFC 4443: the uplink's own address",
                    UPLINK)
    ask = Ether(src=EAST_MAC, dst=BROADCAST) / ARP(op=1, hwsrc=EAST_MAC, psrc=EAST_VTEP, pdst=VTEP4)
    reply = Ether(src=UPLINK_MAC, dst=EAST_MAC) / ARP(op=2, hwsrc=UPLINK_MAC, psrc=VTEP4,
                                                      hwdst=EAST_MAC, pdst=EAST_VTEP)
    golden.packet("ARP request", ask, CONSUMED, (UPLINK, reply))
    ask = (Ether(src=WEST_MAC, dst="33:33:ff:00:00:01")
           / IPv6(src=WEST_VTEP, dst="ff02::1:ff00:1", hlim=255) / ICMPv6ND_NS(tgt=VTEP6))
    reply = (Ether(src=UPLINK_MAC, dst=WEST_MAC) / IPv6(src=VTEP6, dst=WEST_VTEP, hlim=255)
             / ICMPv6ND_NA(tgt=VTEP6, R=0, S=1, O=1) / ICMPv6NDOptDstLLAddr(lladdr=UPLINK_MAC))
    golden.packet("neighbour solicitation", ask, CONSUMED, (UPLINK, reply))
    ping = (Ether(src=EAST_MAC, dst=UPLINK_MAC) / IP(src=EAST_VTEP, dst=VTEP4)
            / ICMP(id=1, seq=2) / b"data")
    pong = (Ether(src=UPLINK_MAC, dst=EAST_MAC) / IP(src=VTEP4, dst=EAST_VTEP, id=0, flags="DF")
            / ICMP(type=0, id=1, seq=2) / b"data")
    golden.packet("echo request", ping, CONSUMED, (UPLINK, pong))
    golden.packet("routed traffic that is no tunnel packet",
                  Ether(src=EAST_MAC, dst=UPLINK_MAC) / IP(src=EAST4, dst=POD4) / UDP(),
                  "UNDERLAY_NOT_FOR_US")
