#!/usr/bin/env python3
"""Writes the golden directories of the router, which RouterGoldenIT runs through a whole daemon.

Run it from anywhere, with scapy 2.5; it replaces all directories. Each has what goes in at one
port (in-PORT.pcap), what must come out of each (out-PORT.pcap; none: nothing), every counter that
must move (counters.txt), and what its packets are (packets.txt).
"""
import os

import cases_ipv4
import cases_ipv6
import cases_link
import cases_nd
import golden_ipv4
import golden_ipv6
import golden_tunnel
from golden import FORWARDED, POD, Golden, forwarded, write_all
from world import topics

OUTPUT = os.path.join(os.path.dirname(__file__), "../resources/dev/heddle/golden")


def from_topics():
    """The cases of a received frame once more, through everything."""
    for name, (rule, cases) in topics.items():
        chosen = [case for case in cases if case[1] == "inspect" and case[2]]
        golden = Golden(name, rule, POD) if chosen else None
        for title, _, frame, fate, reply in chosen:
            if fate == "TRANSIT":
                golden.packet(title, frame, FORWARDED, forwarded(frame))
            elif reply:
                golden.packet(title, frame, fate, (POD, reply))
            else:
                golden.packet(title, frame, fate)


def main():
    cases_link.arp_cases()
    cases_link.ethernet_cases()
    cases_ipv4.checks4_cases()
    cases_ipv4.options4_cases()
    cases_ipv4.local4_cases()
    cases_ipv4.errors4_cases()
    cases_nd.nd_cases()
    cases_ipv6.checks6_cases()
    cases_ipv6.local6_cases()
    cases_ipv6.errors6_cases()
    from_topics()
    golden_ipv4.goldens4()
    golden_ipv6.goldens6()
    golden_tunnel.tunnel_goldens()
    write_all(OUTPUT)


main()
