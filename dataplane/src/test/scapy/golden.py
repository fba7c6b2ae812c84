"""Golden cases of the whole daemon: what goes in at one port, what comes out of all, what counts.

Networks, pods and addresses are those of world.py; GoldenScene has the same in Java. Beside them:

    blue    peer has an MTU of 1400 and is the next hop of 198.51.100.0/24 and 2001:db8::/64
            node east (an IPv4 tunnel) has 172.19.3.0/24 and fd00:56::3:0/112
            node west (an IPv6 tunnel) has 172.19.4.0/24 and fd00:56::4:0/112
            100.64.0.0/24 and fd00:64::/48 are dropped, 100.65.0.0/24 and fd00:65::/48 have a
            gateway that is nobody; there is no default route
    red     other has the peer's addresses; node east has 172.19.3.0/24

What must come out is made here, by scapy or by hand from the RFCs, never by the router.
"""
import os
import shutil
import struct

from scapy.all import ARP, Ether, ICMPv6NDOptDstLLAddr, ICMPv6ND_NA, IP, IPv6, Raw, UDP
from scapy.layers.vxlan import VXLAN

from vxlan_cases import flow_hash
from world import POD_MAC, ROUTER_MAC, checksum

POD, PEER, OTHER, UPLINK = "pod", "peer", "other", "uplink"
MACS = {POD: POD_MAC, PEER: "02:00:00:00:00:14", OTHER: "02:00:00:00:00:14"}
BLUE, RED, GREEN = 56, 57, 58  # green is nobody's
PEER_MTU, PATH_MTU = 1400, 1500
EAST4, EAST6 = "172.19.3.30", "fd00:56::3:1e"
WEST4, WEST6 = "172.19.4.40", "fd00:56::4:28"
NOBODY4, NOBODY6 = "172.19.200.1", "fd00:56::dead"
UNROUTED4, UNROUTED6 = "203.0.113.9", "2001:db8:1::9"
DROPPED4, DROPPED6 = "100.64.0.1", "fd00:64::1"
UNRESOLVED4, UNRESOLVED6 = "100.65.0.1", "fd00:65::1"
UPLINK_MAC, EAST_MAC, WEST_MAC = "02:00:00:00:01:01", "02:00:00:00:02:02", "02:00:00:00:02:03"
VTEP4, EAST_VTEP = "192.0.2.1", "192.0.2.2"
VTEP6, WEST_VTEP = "2001:db8:ffff::1", "2001:db8:ffff::2"

FORWARDED, CONSUMED = "FORWARDED", "CONSUMED"

goldens = []


class Golden:
    """A directory: frames into one port, one after the other."""

    def __init__(self, name, rule, port):
        self.name, self.rule, self.port = name, rule, port
        self.lines, self.inputs, self.outputs, self.counters = [], [], {}, {}
        goldens.append(self)

    def count(self, port, column, amount):
        self.counters[port, column] = self.counters.get((port, column), 0) + amount

    def packet(self, name, frame, fate, *outs):
        """A frame, what happens to it, and pairs of port and frame that come out."""
        frame = bytes(frame)
        self.inputs.append(frame)
        self.count(self.port, "rx-packets", 1)
        self.count(self.port, "rx-bytes", len(frame))
        label = fate.lower().replace("_", "-")
        if fate != FORWARDED:
            self.count(self.port, label, 1)
        extra = len(outs) - (1 if fate == FORWARDED else 0)
        if extra:
            self.count(self.port, "copies" if fate == FORWARDED else "originated", extra)
        for port, out in outs:
            out = bytes(out)
            self.outputs.setdefault(port, []).append(out)
            self.count(port, "tx-packets", 1)
            self.count(port, "tx-bytes", len(out))
        where = ", ".join(port for port, _ in outs)
        self.lines.append("%d  %s: %s%s" % (len(self.inputs), name, label,
                                             " -> " + where if where else ""))

    def write(self, root):
        directory = os.path.join(root, self.name)
        os.makedirs(directory)
        pcap(os.path.join(directory, "in-%s.pcap" % self.port), self.inputs)
        for port, frames in self.outputs.items():
            pcap(os.path.join(directory, "out-%s.pcap" % port), frames)
        with open(os.path.join(directory, "packets.txt"), "w", encoding="ascii") as out:
            out.write("%s\n\n" % self.rule)
            out.writelines(line + "\n" for line in self.lines)
        with open(os.path.join(directory, "counters.txt"), "w", encoding="ascii") as out:
            for (port, column), amount in sorted(self.counters.items()):
                out.write("%s %s %d\n" % (port, column, amount))


def pcap(path, frames):
    """Without times, so that the same frames make the same file."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for frame in frames:
            out.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)


def write_all(root):
    assert len({golden.name for golden in goldens}) == len(goldens), "names must differ"
    shutil.rmtree(root, ignore_errors=True)
    for golden in goldens:
        golden.write(root)
    write_neighbours(os.path.join(root, "neighbours.pcap"))
    print("%d goldens, %d packets" % (len(goldens), sum(len(g.inputs) for g in goldens)))


def write_neighbours(path):
    """What the nodes say when they are asked for their MAC addresses: by ARP, by solicitation."""
    answer4 = Ether(src=EAST_MAC, dst=UPLINK_MAC) / ARP(
        op=2, hwsrc=EAST_MAC, psrc=EAST_VTEP, hwdst=UPLINK_MAC, pdst=VTEP4)
    answer6 = (Ether(src=WEST_MAC, dst=UPLINK_MAC) / IPv6(src=WEST_VTEP, dst=VTEP6, hlim=255)
               / ICMPv6ND_NA(tgt=WEST_VTEP, R=1, S=1, O=1) / ICMPv6NDOptDstLLAddr(lladdr=WEST_MAC))
    pcap(path, [bytes(answer4), bytes(answer6)])


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def hop(ip):
    """An IP packet one hop further: without padding, time to live one less, checksum anew."""
    raw = bytearray(bytes(ip))
    if raw[0] >> 4 == 4:
        del raw[struct.unpack_from("!H", raw, 2)[0]:]
        raw[8] -= 1
        raw[10:12] = bytes(2)
        struct.pack_into("!H", raw, 10, checksum(bytes(raw[:(raw[0] & 15) * 4])))
    else:
        del raw[40 + struct.unpack_from("!H", raw, 4)[0]:]
        raw[7] -= 1
    return bytes(raw)


def forwarded(frame, port=PEER):
    """What a pod gets of a frame."""
    frame = bytes(frame)
    return port, mac(MACS[port]) + mac(ROUTER_MAC) + frame[12:14] + hop(frame[14:])


def inner(ip, src=ROUTER_MAC, dst=ROUTER_MAC):
    """The inner frame between two routers."""
    kind = 0x800 if bytes(ip)[0] >> 4 == 4 else 0x86dd
    return bytes(Ether(src=src, dst=dst, type=kind) / Raw(bytes(ip)))


def ports_of(frame):
    """Source port, and flow label over IPv6 (docs/design/vxlan.md)."""
    raw = flow_hash(frame).to_bytes(2, "little")
    return (raw[0] | 0xc0) << 8 | raw[1], raw[0] << 8 | raw[1]


def ecn_of(frame):
    return frame[15] & 3 if frame[14] >> 4 == 4 else frame[15] >> 4 & 3


def to_east(frame, vni=BLUE):
    """What goes out through the tunnel over IPv4 around an inner frame."""
    port, _ = ports_of(frame)
    ip = IP(src=VTEP4, dst=EAST_VTEP, ttl=64, id=0, flags="DF", tos=ecn_of(frame))
    return UPLINK, bytes(Ether(src=UPLINK_MAC, dst=EAST_MAC) / ip
                         / UDP(sport=port, dport=4789, chksum=0)
                         / VXLAN(flags=8, vni=vni) / Raw(frame))


def to_west(frame, vni=BLUE):
    """The same over IPv6, with a checksum."""
    port, label = ports_of(frame)
    ip = IPv6(src=VTEP6, dst=WEST_VTEP, hlim=64, tc=ecn_of(frame), fl=label)
    return UPLINK, bytes(Ether(src=UPLINK_MAC, dst=WEST_MAC) / ip / UDP(sport=port, dport=4789)
                         / VXLAN(flags=8, vni=vni) / Raw(frame))


def from_east(frame, vni=BLUE, vxlan=None, udp=None, **fields):
    """What the other node sends around an inner frame; fields of the outer IPv4 header."""
    ip = {"src": EAST_VTEP, "dst": VTEP4, "id": 0, "flags": "DF"}
    ip.update(fields)
    header = vxlan if vxlan is not None else VXLAN(flags=8, vni=vni)
    port = udp or {"sport": 50000, "dport": 4789, "chksum": 0}
    return bytes(Ether(src=EAST_MAC, dst=UPLINK_MAC) / IP(**ip) / UDP(**port) / header
                 / Raw(bytes(frame)))


def from_west(frame, vni=BLUE, vxlan=None, udp=None, **fields):
    """The same over IPv6."""
    ip = {"src": WEST_VTEP, "dst": VTEP6}
    ip.update(fields)
    header = vxlan if vxlan is not None else VXLAN(flags=8, vni=vni)
    port = udp or {"sport": 50000, "dport": 4789}
    return bytes(Ether(src=WEST_MAC, dst=UPLINK_MAC) / IPv6(**ip) / UDP(**port) / header
                 / Raw(bytes(frame)))


def ip_of(frame):
    """The packet of a frame made by world.error4 and the like."""
    return bytes(frame)[14:]
