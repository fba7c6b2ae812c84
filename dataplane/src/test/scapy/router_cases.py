#!/usr/bin/env python3
"""Writes the golden cases of the router: a received frame, its fate and the exact reply.

Run it from anywhere, with scapy 2.5; it rewrites router-cases.txt, which ResponderTest reads.

A line is: name | call | frame | fate | reply or -
where call is "inspect", "inspect-ip" (memif IP mode) or "refuse:REASON:MTU".
"""
import os

import cases_ipv4
import cases_ipv6
import cases_link
import cases_nd
from world import cases

OUTPUT = os.path.join(os.path.dirname(__file__), "../resources/dev/heddle/stage/router-cases.txt")


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
    cases_link.ip_mode_cases()
    assert len({c[0] for c in cases}) == len(cases), "names must differ"
    with open(OUTPUT, "w", encoding="ascii") as out:
        out.write("# Written by src/test/scapy/router_cases.py; do not edit.\n")
        for name, call, frame, fate, reply in cases:
            out.write("%s | %s | %s | %s | %s\n" % (
                name, call, frame.hex() or "-", fate, reply.hex() if reply else "-"))
    print("%d cases" % len(cases))


main()
