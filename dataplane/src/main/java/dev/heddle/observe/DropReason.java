package dev.heddle.observe;

/**
 * Why a packet was not forwarded. Each dropped packet counts under exactly one reason, on the
 * interface it is charged to: the one it came in on, except for the reasons that begin with TX,
 * which are the destination's.
 */
public enum DropReason {
  RX_BAD_REGION("memif-rx-bad-region", "a descriptor names a region that the peer did not share"),
  RX_BAD_RANGE(
      "memif-rx-bad-range", "a descriptor's offset and length run past the end of its region"),
  RX_BAD_LENGTH(
      "memif-rx-bad-length",
      "a descriptor's length is zero or greater than what a packet may have"),
  RX_BAD_CHAIN(
      "memif-rx-bad-chain",
      "a descriptor chain is endless, truncated or longer than a packet may be"),
  RX_TOO_LONG("rx-too-long", "longer than what the interface's device was set up for"),
  NOT_ATTACHED("not-attached", "the interface has no network yet, so nothing may pass"),
  TOO_SHORT("too-short", "the frame ends within its Ethernet or IP header"),
  NOT_FOR_ROUTER("not-for-router", "the destination MAC address is not the gateway's"),
  UNKNOWN_ETHERTYPE("unknown-ethertype", "neither IPv4, IPv6 nor ARP"),
  IP4_BAD_VERSION("ip4-bad-version", "the version field does not say 4 (RFC 1812 5.2.2)"),
  IP4_BAD_HEADER_LENGTH(
      "ip4-bad-header-length", "the header length is below 20 bytes or beyond the packet"),
  IP4_BAD_TOTAL_LENGTH(
      "ip4-bad-total-length", "the total length is below the header's or beyond the frame"),
  IP4_BAD_CHECKSUM("ip4-bad-checksum", "the header checksum is wrong"),
  IP4_MARTIAN_SOURCE(
      "ip4-martian-source", "the source address may not appear on a wire (RFC 1812 5.3.7)"),
  IP4_MARTIAN_DESTINATION(
      "ip4-martian-destination", "the destination is loopback, zero or reserved"),
  IP4_BAD_OPTION("ip4-bad-option", "an option's length is wrong (RFC 1812 5.2.4)"),
  IP4_SOURCE_ROUTE(
      "ip4-source-route", "the sender wants to choose the route, which is not allowed"),
  IP6_BAD_VERSION("ip6-bad-version", "the version field does not say 6"),
  IP6_BAD_PAYLOAD_LENGTH("ip6-bad-payload-length", "the payload length runs beyond the frame"),
  IP6_BAD_EXTENSION(
      "ip6-bad-extension", "addressed to the router with extension headers that do not add up"),
  IP6_MARTIAN_SOURCE("ip6-martian-source", "the source address may not appear on a wire"),
  IP6_MARTIAN_DESTINATION(
      "ip6-martian-destination",
      "the destination is loopback, unspecified, mapped IPv4 or valid on another link only"),
  SPOOFED_SOURCE(
      "spoofed-source",
      "the source address is not one of the endpoint's own; on an uplink outside, not one from there"),
  TTL_EXPIRED("ttl-expired", "time to live or hop limit ran out here"),
  NO_ROUTE("no-route", "no route of this network matches the destination"),
  ROUTE_DROP("route-drop", "the matching route says drop"),
  GATEWAY_UNRESOLVED(
      "gateway-unresolved",
      "the route's gateway is no endpoint that this node can reach, nor on the link of an uplink"
          + " outside"),
  TOO_BIG("too-big", "larger than the path's MTU, and not to be fragmented"),
  MULTICAST_UNSUPPORTED(
      "multicast-unsupported", "multicast and broadcast between pods are not carried"),
  ICMP_MALFORMED(
      "icmp-malformed",
      "an ICMP message to the router that is too short or whose checksum is wrong"),
  FRAGMENT_FOR_ROUTER(
      "fragment-for-router", "a fragment addressed to the router, which does not reassemble"),
  NO_SERVICE(
      "no-service", "addressed to the router, which offers no such protocol, header or port"),
  ARP_MALFORMED("arp-malformed", "an ARP packet that is not an Ethernet and IPv4 request or reply"),
  ND_MALFORMED("nd-malformed", "a neighbour discovery message that RFC 4861 tells to discard"),
  BAD_OFFLOAD(
      "bad-offload",
      "what its sender left to do, segments or a checksum, does not fit the packet's own headers"),
  UNDERLAY_NOT_FOR_US(
      "underlay-not-for-us", "a frame on an uplink that is for another station or address"),
  UNDERLAY_ADDRESS_CONFLICT(
      "underlay-address-conflict",
      "another station on the underlay says it has our tunnel address"),
  NEIGHBOUR_UNRESOLVED(
      "neighbour-unresolved",
      "the node or gateway that it is for did not say its MAC address on the underlay in time"),
  VXLAN_FRAGMENT(
      "vxlan-fragment", "a tunnel packet in fragments, which a tunnel's end must not make"),
  VXLAN_MALFORMED(
      "vxlan-malformed", "a tunnel packet whose UDP length is wrong or leaves no inner frame"),
  VXLAN_BAD_FLAGS("vxlan-bad-flags", "a tunnel packet without the I flag (RFC 7348 5)"),
  VXLAN_UNKNOWN_NODE("vxlan-unknown-node", "a tunnel packet whose outer source is no known node's"),
  VXLAN_UNKNOWN_VNI(
      "vxlan-unknown-vni", "a tunnel packet of a network that this uplink does not carry"),
  VXLAN_NOT_ROUTED(
      "vxlan-not-routed",
      "a tunnel packet with ARP, neighbour discovery or no IP inside: nodes route, they do not"
          + " bridge"),
  VXLAN_SPOOFED_SOURCE(
      "vxlan-spoofed-source",
      "a tunnel packet whose inner source does not live behind the node that sent it"),
  VXLAN_CONGESTION(
      "vxlan-congestion",
      "the underlay marked congestion on a packet that does not know such marks (RFC 6040 4.2)"),
  TUNNEL_TO_TUNNEL("tunnel-to-tunnel", "came out of a tunnel, and the route leads into one again"),
  OUTSIDE_TO_OUTSIDE(
      "outside-to-outside", "came from outside the network, and the route leads there again"),
  POLICY_EGRESS("policy-egress", "the sender's policy does not let it send this"),
  POLICY_INGRESS("policy-ingress", "the receiver's policy does not let it receive this"),
  POLICY_FRAGMENT(
      "policy-fragment",
      "a fragment whose packet's first one has not passed policy, or that hides what policy looks at"),
  POLICY_UNREADABLE(
      "policy-unreadable", "headers that policy must look at do not end within the packet"),
  POOL_EXHAUSTED("pool-exhausted", "no buffer was left for a packet that had to outlive its batch"),
  BROKEN_OFF(
      "broken-off",
      "its batch broke off: a peer took memory away, or an error happened that the log tells"),
  TX_INTERFACE_DOWN("tx-interface-down", "the destination's interface is not connected"),
  TX_RING_FULL("tx-ring-full", "the destination does not drain its ring"),
  TX_BAD_DESCRIPTOR(
      "tx-bad-descriptor", "a buffer that the destination offered lies outside its regions"),
  TX_TOO_BIG("tx-too-big", "the buffers that the destination offers cannot hold the packet"),
  TX_REFUSED("tx-refused", "the destination's kernel does not take such a packet");

  private final String label;
  private final String description;

  DropReason(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /** The name that counters, the CLI and the documentation use. */
  public String label() {
    return label;
  }

  /** One sentence for an operator. */
  public String description() {
    return description;
  }
}
