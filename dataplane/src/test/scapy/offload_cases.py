#!/usr/bin/env python3
"""Writes the golden cases of segmentation and of completed checksums.

Run it from anywhere, with scapy 2.5; it rewrites offload-cases.txt, which SegmentationTest reads.
The segments are built one by one with scapy from what each must say; nothing here cuts a packet.

A line is: name | segment bytes | GSO type | flags | checksum start | checksum offset | frame |
segment, segment ... as the receiver gets them, TTL untouched.
"""
import os
import struct

from scapy.all import (Ether, IP, IPOption_NOP, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrHopByHop, PadN,
                       Raw, TCP, UDP)

OUTPUT = os.path.join(os.path.dirname(__file__),
                      "../resources/dev/heddle/stage/offload-cases.txt")
ETHER = dict(src="02:00:00:00:00:0a", dst="02:48:45:44:44:4c")
FROM4, TO4 = "10.1.0.10", "10.2.0.20"
FROM6, TO6 = "fd00:1::10", "fd00:2::20"
TCP4, TCP6, UDP_L4, ECN = 1, 4, 5, 0x80
lines = []


def data(count, first=0):
    return bytes((first + i * 7) & 255 for i in range(count))


def ones_sum(raw):
    raw += b"\0" * (len(raw) % 2)
    total = sum(struct.unpack("!%dH" % (len(raw) // 2), raw))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def partial(packet, protocol, start):
    """The frame with the pseudo-header's sum in its checksum field, as a kernel leaves it."""
    raw = bytearray(bytes(packet))
    length = len(raw) - start
    if raw[14] >> 4 == 4:
        pseudo = bytes(raw[26:34]) + struct.pack("!HH", protocol, length)
    else:
        pseudo = bytes(raw[22:54]) + struct.pack("!II", length, protocol)
    struct.pack_into("!H", raw, start + (16 if protocol == 6 else 6), ones_sum(pseudo))
    return bytes(raw)


def case(name, segment, kind, frame, protocol, upper_bytes, segments, padding=b""):
    start = len(bytes(frame)) - upper_bytes
    offset = 16 if protocol == 6 else 6
    raw = partial(frame, protocol, start) + padding
    lines.append(" | ".join([name, str(segment), str(kind), "1", str(start), str(offset),
                             raw.hex(), ", ".join(bytes(s).hex() for s in segments)]))


def tcp4(name, sizes, segment, kind=TCP4, flags="A", seq=1000, ident=7, options=(), ip=None,
         padding=b""):
    ip = ip or {}
    payload = data(sum(sizes))
    head = 20 + len(bytes(TCP(options=list(options)))) - 20

    def made(part, at, number, part_flags):
        return (Ether(**ETHER) / IP(src=FROM4, dst=TO4, id=ident + number & 0xffff, **ip)
                / TCP(sport=4000, dport=5201, seq=seq + at & 0xffffffff, ack=77, window=501,
                      flags=part_flags, options=list(options)) / Raw(part))

    segments, at = [], 0
    for number, size in enumerate(sizes):
        mine = flags
        if number < len(sizes) - 1:
            mine = mine.replace("F", "").replace("P", "")
        if number > 0:
            mine = mine.replace("C", "")
        segments.append(made(payload[at:at + size], at, number, mine))
        at += size
    case(name, segment, kind, made(payload, 0, 0, flags), 6, head + len(payload), segments, padding)


def tcp6(name, sizes, segment, kind=TCP6, flags="A", options=(), extension=None):
    payload = data(sum(sizes), 3)
    head = len(bytes(TCP(options=list(options))))

    def made(part, at, part_flags):
        ip = Ether(**ETHER) / IPv6(src=FROM6, dst=TO6, fl=0x12345, tc=2, hlim=64)
        if extension is not None:
            ip = ip / extension
        return ip / TCP(sport=4000, dport=5201, seq=1000 + at, ack=77, flags=part_flags,
                        options=list(options)) / Raw(part)

    segments, at = [], 0
    for number, size in enumerate(sizes):
        mine = flags
        if number < len(sizes) - 1:
            mine = mine.replace("F", "").replace("P", "")
        if number > 0:
            mine = mine.replace("C", "")
        segments.append(made(payload[at:at + size], at, mine))
        at += size
    case(name, segment, kind, made(payload, 0, flags), 6, head + len(payload), segments)


def udp(name, version, sizes, segment, ident=0xffff):
    payload = data(sum(sizes), 9)

    def made(part, number):
        ip = (IP(src=FROM4, dst=TO4, id=ident + number & 0xffff, flags="DF") if version == 4
              else IPv6(src=FROM6, dst=TO6))
        return Ether(**ETHER) / ip / UDP(sport=9000, dport=9001) / Raw(part)

    segments, at = [], 0
    for number, size in enumerate(sizes):
        segments.append(made(payload[at:at + size], number))
        at += size
    case(name, segment, UDP_L4 if segment else 0, made(payload, 0), 17, 8 + len(payload), segments)


def zero_sum_udp():
    """A datagram whose checksum comes to zero, which UDP sends as 0xffff."""
    frame = Ether(**ETHER) / IP(src=FROM4, dst=TO4) / UDP(sport=1, dport=2) / Raw(bytes(4))
    value = struct.unpack("!H", bytes(frame)[40:42])[0]
    frame = (Ether(**ETHER) / IP(src=FROM4, dst=TO4) / UDP(sport=1, dport=2)
             / Raw(struct.pack("!HH", value, 0)))
    assert bytes(frame)[40:42] == b"\xff\xff"
    case("UDP whose sum is zero", 0, 0, frame, 17, 12, [frame])


STAMP = [("NOP", None), ("NOP", None), ("Timestamp", (11, 22))]
SACK = STAMP + [("NOP", None), ("NOP", None), ("SAck", (5000, 6000))]
tcp4("two equal segments", [100, 100], 100)
tcp4("a last byte of its own", [64, 64, 1], 64)
tcp4("odd segment size", [33, 33, 33, 5], 33)
tcp4("all flags that wander", [50, 50, 50], 50, kind=TCP4 | ECN, flags="FPACE")
tcp4("ECN said but not there", [50, 20], 50, kind=TCP4 | ECN, flags="PA")
tcp4("urgent, as it stands", [50, 20], 50, flags="UA")
tcp4("timestamps", [90, 90, 7], 90, flags="PA", options=STAMP)
tcp4("timestamps and selective acknowledgement", [40, 40], 40, options=SACK)
tcp4("sequence and identification wrap", [80, 80, 80], 80, seq=0xffffffff - 100, ident=0xfffe)
tcp4("not to be fragmented", [80, 80], 80, ip=dict(flags="DF"))
tcp4("IPv4 options", [80, 80], 80, ip=dict(options=[IPOption_NOP()] * 4))
tcp4("type of service", [80, 80], 80, ip=dict(tos=0x4a))
tcp4("padding behind the packet", [80, 80], 80, padding=b"\xee" * 5)
tcp4("full frames", [1460, 1460, 900], 1460, flags="PA")
tcp4("no more than a segment", [70], 100, flags="PA")
tcp4("checksum only", [70], 0, kind=0, flags="PA")
tcp4("checksum only, odd", [71], 0, kind=0, flags="PA", options=STAMP)
tcp4("checksum only, no payload", [0], 0, kind=0, flags="S")
tcp6("IPv6", [120, 120, 3], 120, flags="FPA", options=STAMP)
tcp6("IPv6 with ECN", [120, 120], 120, kind=TCP6 | ECN, flags="CA")
tcp6("IPv6 behind destination options", [60, 60, 1], 60,
     extension=IPv6ExtHdrDestOpt(options=[PadN(optdata=bytes(4))]))
tcp6("IPv6 checksum only", [51], 0, kind=0)
tcp6("IPv6 checksum behind hop-by-hop options", [51], 0, kind=0,
     extension=IPv6ExtHdrHopByHop(options=[PadN(optdata=bytes(4))]))
udp("UDP datagrams", 4, [100, 100, 40], 100)
udp("UDP datagrams in IPv6", 6, [99, 99, 40], 99)
udp("UDP checksum only", 4, [77], 0)
udp("UDP checksum only in IPv6", 6, [78], 0)
zero_sum_udp()

with open(OUTPUT, "w") as out:
    out.write("# Written by src/test/scapy/offload_cases.py; do not edit.\n")
    out.write("\n".join(lines) + "\n")
