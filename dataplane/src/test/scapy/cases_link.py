"""ARP, Ethernet and IP mode."""
from scapy.all import (ARP, Ether, ICMP, ICMPv6EchoReply, ICMPv6EchoRequest, IP, IPv6, Raw, UDP)

from world import (POD_MAC, ROUTER_MAC, BROADCAST, POD4, OWN4, GATEWAY4, ROUTED4, PEER4,
                   OUTSIDE4, POD6, GATEWAY6, topic, case, up, down, patched, error4)


def arp_cases():
    def who(target, sender=POD4, hardware=POD_MAC, dst=BROADCAST, op=1):
        return Ether(src=POD_MAC, dst=dst) / ARP(op=op, hwsrc=hardware, psrc=sender,
                                                 hwdst="00:00:00:00:00:00", pdst=target)

    def has(target, asker=POD4):
        return down(ARP(op=2, hwsrc=ROUTER_MAC, psrc=target, hwdst=POD_MAC, pdst=asker))

    topic("arp", "RFC 826, RFC 1027, RFC 5227: ARP")
    case("ARP for the gateway", who(GATEWAY4), "CONSUMED", has(GATEWAY4))
    case("ARP for another pod", who(PEER4), "CONSUMED", has(PEER4))
    case("ARP for an address nobody has", who("172.19.200.200"), "CONSUMED", has("172.19.200.200"))
    case("ARP to the router's MAC", who(PEER4, dst=ROUTER_MAC), "CONSUMED", has(PEER4))
    case("ARP from a further address", who(PEER4, sender=OWN4), "CONSUMED", has(PEER4, OWN4))
    case("ARP from a routed prefix", who(GATEWAY4, sender=ROUTED4), "CONSUMED",
         has(GATEWAY4, ROUTED4))
    case("ARP padded to 60 bytes", Raw(bytes(who(PEER4)) + bytes(18)), "CONSUMED", has(PEER4))
    case("ARP for a further address of one's own", who(OWN4), "CONSUMED")
    case("ARP announcement", who(POD4), "CONSUMED")
    case("ARP probe of one's own address", who(POD4, sender="0.0.0.0"), "CONSUMED")
    case("ARP probe of a foreign address", who(PEER4, sender="0.0.0.0"), "CONSUMED")
    case("ARP probe of the gateway's address", who(GATEWAY4, sender="0.0.0.0"), "CONSUMED",
         has(GATEWAY4, "0.0.0.0"))
    case("ARP probe of an address nobody has", who("172.19.200.200", sender="0.0.0.0"), "CONSUMED")
    case("ARP for an address outside the range", who(OUTSIDE4), "CONSUMED")
    case("ARP reply", who(GATEWAY4, op=2), "CONSUMED")
    case("ARP reply with a foreign sender", who(GATEWAY4, sender=PEER4, op=2), "SPOOFED_SOURCE")
    case("ARP with a foreign sender", who(GATEWAY4, sender=PEER4), "SPOOFED_SOURCE")
    case("ARP announcing the gateway", who(GATEWAY4, sender=GATEWAY4), "SPOOFED_SOURCE")
    case("ARP to another MAC", who(PEER4, dst="02:00:00:00:00:0b"), "NOT_FOR_ROUTER")
    case("ARP cut short", Raw(bytes(who(PEER4))[:41]), "ARP_MALFORMED")
    case("ARP of another hardware", patched(who(PEER4), 15, 6), "ARP_MALFORMED")
    case("ARP of another protocol", patched(who(PEER4), 16, 0x86, 0xdd), "ARP_MALFORMED")
    case("ARP with hardware length 8", patched(who(PEER4), 18, 8), "ARP_MALFORMED")
    case("ARP with protocol length 16", patched(who(PEER4), 19, 16), "ARP_MALFORMED")
    case("RARP operation", who(PEER4, op=3), "ARP_MALFORMED")
    case("ARP operation 0", who(PEER4, op=0), "ARP_MALFORMED")


def ethernet_cases():
    packet = IP(src=POD4, dst=PEER4, ttl=64) / UDP(sport=1, dport=2) / b"payload"
    topic("ethernet", "RFC 1812 3.3: frames that are not for the router")
    case("empty frame", Raw(b""), "TOO_SHORT")
    case("frame of 13 bytes", Raw(bytes(up(packet))[:13]), "TOO_SHORT")
    case("frame to another MAC", up(packet, dst="02:00:00:00:00:0b"), "NOT_FOR_ROUTER")
    case("frame to the sender's MAC", up(packet, dst=POD_MAC), "NOT_FOR_ROUTER")
    case("LLDP", Ether(src=POD_MAC, dst="01:80:c2:00:00:0e", type=0x88cc) / Raw(bytes(46)),
         "UNKNOWN_ETHERTYPE")
    case("VLAN tag", Ether(src=POD_MAC, dst=ROUTER_MAC, type=0x8100) / Raw(bytes(46)),
         "UNKNOWN_ETHERTYPE")


def ip_mode_cases():
    def bare(frame):
        return bytes(frame)[14:]

    topic("ip-mode", "memif IP mode")
    call = "inspect-ip"
    ping = IP(src=POD4, dst=GATEWAY4) / ICMP(type=8, id=1, seq=2) / b"data"
    pong = IP(src=GATEWAY4, dst=POD4, ttl=64, id=0, flags="DF") / ICMP(type=0, id=1, seq=2) / b"data"
    case("IP mode, ping", Raw(bytes(ping)), "CONSUMED", Raw(bytes(pong)), call)
    ping6 = IPv6(src=POD6, dst=GATEWAY6) / ICMPv6EchoRequest(id=1, seq=2, data=b"data")
    pong6 = IPv6(src=GATEWAY6, dst=POD6, hlim=64) / ICMPv6EchoReply(id=1, seq=2, data=b"data")
    case("IP mode, ping6", Raw(bytes(ping6)), "CONSUMED", Raw(bytes(pong6)), call)
    short = IP(src=POD4, dst=PEER4, ttl=1) / UDP()
    case("IP mode, TTL 1", Raw(bytes(short)), "TTL_EXPIRED",
         Raw(bare(error4(short, (11, 0)))), call)
    case("IP mode, transit", Raw(bytes(IP(src=POD4, dst=PEER4) / UDP())), "TRANSIT", None, call)
    case("IP mode, version 5", Raw(b"\x55" + bytes(40)), "UNKNOWN_ETHERTYPE", None, call)
    case("IP mode, nothing", Raw(b""), "TOO_SHORT", None, call)
    case("IP mode, 12 bytes", Raw(bytes(short)[:12]), "TOO_SHORT", None, call)
