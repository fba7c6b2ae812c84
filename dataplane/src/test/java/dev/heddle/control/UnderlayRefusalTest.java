package dev.heddle.control;

import static dev.heddle.api.Operations.deleteEndpoint;
import static dev.heddle.api.Operations.deleteNode;
import static dev.heddle.api.Operations.deleteUplink;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.ControlFixture.node;
import static dev.heddle.control.ControlFixture.vtep;
import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.RESOURCE_EXHAUSTED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Dpdk;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Uplink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each refusal about uplinks, nodes and routes to them, and that it changes nothing. */
class UnderlayRefusalTest extends RefusalFixture {
  @BeforeEach
  void createUnderlay() {
    daemon.client.apply(
        upsert(daemon.uplink("", "192.0.2.1/24")),
        upsert(daemon.uplink("fast", "198.51.100.1/24").toBuilder().setMtu(9000).build()),
        upsert(node("east", "192.0.2.2")),
        upsert(node("west", "192.0.2.3")),
        upsert(fast(network("pink", 60, "172.21.0.0/16"))),
        upsertRoute("blue", "172.19.9.0/24", toNode("east")));
  }

  private static Network fast(Network network) {
    return network.toBuilder().setPhysicalNetworkName("fast").build();
  }

  private Operation slow(UnaryOperator<Uplink.Builder> change) {
    return upsert(change.apply(daemon.uplink("slow", "10.0.0.1/24").toBuilder()).build());
  }

  private Operation main(UnaryOperator<Uplink.Builder> change) {
    return upsert(change.apply(daemon.uplink("", "192.0.2.1/24").toBuilder()).build());
  }

  private static Operation north(UnaryOperator<Node.Builder> change) {
    return upsert(change.apply(node("north", "192.0.2.4").toBuilder()).build());
  }

  @Test
  void shouldRefuseUplinksWhenTheirAddressesAreNotValid() {
    refused(
        INVALID_ARGUMENT,
        "uplink a?b: name a?b: not a name; give 1 to 128 of A-Z a-z 0-9 . _ - / :",
        slow(u -> u.setName("a b".replace(' ', '\t'))));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: address4 (absent): an uplink needs one; give address4, address6 or both",
        slow(u -> u.clearAddress4().clearPrefixLength4()));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: address6 (absent): there are a prefix length or a gateway; give it too",
        slow(u -> u.setGateway6(Addresses.parse("2001:db8::1"))));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: address4 0x0102: not 4 or 16 bytes; give an address in network order",
        slow(u -> u.setAddress4(ByteString.copyFrom(new byte[] {1, 2}))));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: address4 2001:db8::1: of the other family; give it as address6",
        slow(u -> u.setAddress4(Addresses.parse("2001:db8::1"))));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: address4 224.0.0.1: no host's (loopback, multicast, link-local or reserved);"
            + " give a unicast address",
        slow(u -> u.setAddress4(Addresses.parse("224.0.0.1"))));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: prefix_length4 33: out of range; give 1 to 32",
        slow(u -> u.setPrefixLength4(33)));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: prefix_length4 0: out of range; give 1 to 32",
        slow(Uplink.Builder::clearPrefixLength4));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: address4 10.0.0.255: is no host's on a link of /24; give this node's own"
            + " there",
        slow(u -> u.setAddress4(Addresses.parse("10.0.0.255"))));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: gateway4 10.0.1.1: no other host's of the link 10.0.0.0/24; give the"
            + " router's there",
        slow(u -> u.setGateway4(Addresses.parse("10.0.1.1"))));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: gateway4 10.0.0.1: no other host's of the link 10.0.0.0/24; give the"
            + " router's there",
        slow(u -> u.setGateway4(Addresses.parse("10.0.0.1"))));
  }

  @Test
  void shouldRefuseUplinksWhenTheirOtherFieldsAreNotValid() {
    refused(
        INVALID_ARGUMENT,
        "uplink slow: mtu 1329: out of range; give 1330 to 9216, or leave it out for 1500",
        slow(u -> u.setMtu(1329)));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: mtu 1349: out of range; give 1350 to 9216, or leave it out for 1500",
        slow(u -> u.setAddress6(Addresses.parse("2001:db8::1")).setPrefixLength6(64).setMtu(1349)));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: mac 01:00:00:00:00:01: no unicast Ethernet address; give 6 bytes such as"
            + " 02:00:00:00:00:01",
        slow(u -> u.setMac(Addresses.parseMac("01:00:00:00:00:01"))));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: attachment (absent): how is the uplink connected? Give dpdk or memif",
        slow(Uplink.Builder::clearAttachment));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: memif.mode MODE_IP: tunnels need Ethernet; leave it out",
        slow(u -> u.setMemif(u.getMemif().toBuilder().setMode(Memif.Mode.MODE_IP))));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: dpdk.devargs (empty): give the PCI address of a network card such as"
            + " 0000:03:00.0, or a virtual device such as net_af_packet0,iface=eth1",
        slow(u -> u.setDpdk(Dpdk.getDefaultInstance())));
    refused(
        INVALID_ARGUMENT,
        "uplink slow: dpdk.queues 17: out of range; give 1 to 16, or leave it out for 1",
        slow(u -> u.setDpdk(Dpdk.newBuilder().setDevargs("net_null0").setQueues(17))));
    refused(
        ALREADY_EXISTS,
        "uplink slow: memif.id 0: taken on socket "
            + daemon.directory.resolve("blue-a.sock")
            + " by endpoint blue-a; give another id or socket",
        slow(u -> u.setMemif(socket("blue-a"))));
    refused(
        ALREADY_EXISTS,
        "endpoint blue-c: memif.id 0: taken on socket "
            + daemon.directory.resolve("uplink.sock")
            + " by uplink (default); give another id or socket",
        blueCMemif(m -> socket("uplink").toBuilder()));
    refused(
        ALREADY_EXISTS,
        "uplink slow: memif.id 0: taken on socket "
            + daemon.directory.resolve("uplink.sock")
            + " by uplink (default); give another id or socket",
        slow(u -> u.setMemif(socket("uplink"))));
    refused(
        ALREADY_EXISTS,
        "uplink (default): address4 192.0.2.2: that of node east; give this node's own",
        main(u -> u.setAddress4(Addresses.parse("192.0.2.2"))));
  }

  private Memif socket(String name) {
    return Memif.newBuilder()
        .setRole(Memif.Role.ROLE_SERVER)
        .setSocket(daemon.directory.resolve(name + ".sock").toString())
        .build();
  }

  @Test
  void shouldRefuseChangesOfUplinksWhenTheyCannotBeMade() {
    refused(
        FAILED_PRECONDITION,
        "uplink (default): attachment memif server /tmp/other id 0: that of an uplink cannot"
            + " change; delete it, then create it anew",
        main(u -> u.setMemif(u.getMemif().toBuilder().setSocket("/tmp/other"))));
    refused(
        FAILED_PRECONDITION,
        "uplink (default): mac 02:00:00:00:00:01: that of an uplink cannot change; delete it, then"
            + " create it anew",
        main(u -> u.setMac(Addresses.parseMac("02:00:00:00:00:01"))));
    refused(
        FAILED_PRECONDITION,
        "uplink slow: memif.socket /nil/slow: the directory /nil does not exist; create it first",
        slow(u -> u.setMemif(u.getMemif().toBuilder().setSocket("/nil/slow"))));
    refused(
        FAILED_PRECONDITION,
        "uplink (default): name (default): physical network (default) has no uplink, but routes of"
            + " network blue lead to node east, such as 172.19.9.0/24; delete them too or give"
            + " them other next hops",
        deleteUplink(""));
    refused(
        FAILED_PRECONDITION,
        "uplink (default): name (default): node east and uplink (default) have no address family"
            + " in common, but routes of network blue lead to node east, such as 172.19.9.0/24;"
            + " delete them too or give them other next hops",
        upsert(daemon.uplink("", "2001:db8::1/64")));
    refused(
        FAILED_PRECONDITION,
        "uplink (default): name (default): node east at 192.0.2.2 is not on the link of uplink"
            + " (default), which has no gateway4, but routes of network blue lead to node east,"
            + " such as 172.19.9.0/24; delete them too or give them other next hops",
        upsert(daemon.uplink("", "10.0.0.1/24")));
    refused(
        FAILED_PRECONDITION,
        "uplink fast: name fast: is the physical network of network pink; delete that too or give"
            + " it another one",
        deleteUplink("fast"));
    refused(
        NOT_FOUND,
        "uplink nil: name nil: no such uplink; nothing is to be deleted",
        deleteUplink("nil"));
  }

  @Test
  void shouldRefuseMtusWhenTunnelsDoNotCarryThem() {
    refused(
        FAILED_PRECONDITION,
        "network green: mtu 1451: above the 1450 that fit into tunnels of uplink (default); give"
            + " no more, or leave it out for that",
        green(n -> n.setMtu(1451)));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: mtu 1451: above the 1450 of network blue; give no more",
        blueC(e -> e.setMtu(1451)));
    daemon.client.apply(
        upsert(fast(network("pink", 60, "172.21.0.0/16")).toBuilder().setMtu(8000).build()));
    refused(
        FAILED_PRECONDITION,
        "uplink fast: mtu 8049: network pink has 8000, and 7999 fit into tunnels; lower that too or"
            + " give no less than 8050",
        upsert(daemon.uplink("fast", "198.51.100.1/24").toBuilder().setMtu(8049).build()));
    daemon.client.apply(
        upsert(fast(network("pink", 60, "172.21.0.0/16"))),
        upsert(daemon.endpoint("pink-a", "pink", "172.21.0.10").toBuilder().setMtu(8000).build()));
    refused(
        FAILED_PRECONDITION,
        "uplink fast: mtu 8049: endpoint pink-a has 8000, and 7999 fit into tunnels; lower that too"
            + " or give no less than 8050",
        upsert(daemon.uplink("fast", "198.51.100.1/24").toBuilder().setMtu(8049).build()));
    refused(
        FAILED_PRECONDITION,
        "network pink: mtu 1450: endpoint pink-a has 8000; lower that too or give no less",
        upsert(network("pink", 60, "172.21.0.0/16")));
  }

  @Test
  void shouldRefuseNodesWhenTheyAreNotValid() {
    refused(
        INVALID_ARGUMENT,
        "node (empty): name (empty): not a name; give 1 to 128 of A-Z a-z 0-9 . _ - / :",
        north(n -> n.setName("")));
    refused(
        INVALID_ARGUMENT,
        "node north: router_mac 00:00:00:00:00:00: no unicast Ethernet address; give 6 bytes such"
            + " as 02:00:00:00:00:01",
        north(n -> n.setRouterMac(Addresses.parseMac("00:00:00:00:00:00"))));
    refused(
        INVALID_ARGUMENT,
        "node north: vteps 0 of them: give 1 to 16",
        north(Node.Builder::clearVteps));
    refused(
        INVALID_ARGUMENT,
        "node north: vteps[1].address 127.0.0.1: no host's (loopback, multicast, link-local or"
            + " reserved); give a unicast address",
        north(n -> n.addVteps(vtep("", "127.0.0.1"))));
    refused(
        INVALID_ARGUMENT,
        "node north: vteps[1].address 192.0.2.5: a second one of its family on physical network"
            + " (default); give one",
        north(n -> n.addVteps(vtep("", "192.0.2.5"))));
    refused(
        INVALID_ARGUMENT,
        "node north: vteps[1].physical_network_name a b: not a name; give 1 to 128 of A-Z a-z 0-9 ."
            + " _ - / :",
        north(n -> n.addVteps(vtep("a b", "192.0.2.5"))));
    refused(
        ALREADY_EXISTS,
        "node north: vteps[0].address 192.0.2.3: that of node west on physical network (default);"
            + " give this node's",
        north(n -> n.setVteps(0, vtep("", "192.0.2.3"))));
    refused(
        ALREADY_EXISTS,
        "node north: vteps[0].address 192.0.2.1: that of our own uplink on physical network"
            + " (default); give this node's",
        north(n -> n.setVteps(0, vtep("", "192.0.2.1"))));
    refused(
        ALREADY_EXISTS,
        "node south: vteps[0].address 192.0.2.4: that of node north on physical network (default);"
            + " give this node's",
        north(n -> n),
        upsert(node("south", "192.0.2.4")));
    refused(
        INVALID_ARGUMENT,
        "node north: name north: named by another operation of this transaction; name it once",
        north(n -> n),
        north(n -> n));
  }

  @Test
  void shouldRefuseChangesOfNodesAndNetworksWhenRoutesNeedThem() {
    refused(
        FAILED_PRECONDITION,
        "node east: name east: routes of network blue lead to it, such as 172.19.9.0/24; delete"
            + " them too or give them other next hops",
        deleteNode("east"));
    refused(
        FAILED_PRECONDITION,
        "node east: vteps 1 of them: node east has no address on physical network (default), but"
            + " routes of network blue lead to node east, such as 172.19.9.0/24; delete them too"
            + " or give them other next hops",
        upsert(node("east", "192.0.2.2").toBuilder().setVteps(0, vtep("x", "192.0.2.2")).build()));
    refused(
        FAILED_PRECONDITION,
        "network blue: physical_network_name fast: node east has no address on physical network"
            + " fast, but routes of network blue lead to node east, such as 172.19.9.0/24; delete"
            + " them too or give them other next hops",
        upsert(fast(network("blue", 56, "172.19.0.0/16", "fd00:19::/64"))));
    refused(
        NOT_FOUND, "node nil: name nil: no such node; nothing is to be deleted", deleteNode("nil"));
  }

  @Test
  void shouldRefuseRoutesWhenNodesCannotBeReached() {
    refused(
        NOT_FOUND,
        "routes of network blue: next_hops[0].node nil: no such node; create it first or with"
            + " this",
        upsertRoute("blue", "10.9.0.0/16", toNode("nil")));
    refused(
        FAILED_PRECONDITION,
        "routes of network pink: next_hops[0].node east: node east has no address on physical"
            + " network fast; add that first or with this",
        upsertRoute("pink", "10.9.0.0/16", toNode("east")));
    daemon.client.apply(upsert(node("six", "2001:db8::2")), upsert(node("far", "203.0.113.2")));
    refused(
        FAILED_PRECONDITION,
        "routes of network blue: next_hops[0].node six: node six and uplink (default) have no"
            + " address family in common; add that first or with this",
        upsertRoute("blue", "10.9.0.0/16", toNode("six")));
    refused(
        FAILED_PRECONDITION,
        "routes of network blue: next_hops[0].node far: node far at 203.0.113.2 is not on the link"
            + " of uplink (default), which has no gateway4; add that first or with this",
        upsertRoute("blue", "10.9.0.0/16", toNode("far")));
    daemon.client.apply(
        dev.heddle.api.Operations.deleteRoute("blue", "172.19.9.0/24"), deleteUplink(""));
    refused(
        FAILED_PRECONDITION,
        "routes of network blue: next_hops[0].node east: physical network (default) has no uplink;"
            + " add that first or with this",
        upsertRoute("blue", "10.9.0.0/16", toNode("east")));
  }

  @Test
  void shouldRefuseADeviceWhenTwoUplinksWantIt() {
    Dpdk device = Dpdk.newBuilder().setDevargs("net_null0").build();
    refused(
        ALREADY_EXISTS,
        "uplink one: dpdk.devargs net_null0: taken by uplink other; give another device\n"
            + "uplink other: dpdk.devargs net_null0: taken by uplink one; give another device",
        slow(u -> u.setName("one").setDpdk(device)),
        slow(u -> u.setName("other").setDpdk(device)));
  }

  @Test
  void shouldLeaveAllPortsAsTheyWereWhenOneCannotBeHad() {
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-c: memif.socket /nil/blue-c: the directory /nil does not exist; create it"
            + " first",
        main(u -> u.setMtu(2000)),
        slow(u -> u),
        blueCMemif(m -> m.setSocket("/nil/blue-c")));
    assertThat(daemon.directory.resolve("uplinkslow.sock")).doesNotExist();
    assertThat(daemon.resized()).containsExactly("uplink 2000", "uplink 1500");

    refused(
        FAILED_PRECONDITION,
        "uplink (default): mtu 9001: this port carries at most 9000; give no more",
        upsert(daemon.uplink("fast", "198.51.100.1/24").toBuilder().setMtu(8000).build()),
        main(u -> u.setMtu(9001)));
    assertThat(daemon.resized()).containsExactly("uplink:fast 8000", "uplink:fast 9000");

    daemon.client.apply(slow(u -> u));
    assertThat(daemon.directory.resolve("uplinkslow.sock")).exists();
  }

  @Test
  void shouldRefuseWhenThereAreTooManyUplinks() {
    List<Operation> more = new ArrayList<>();
    for (int i = 2; i <= 8; i++) {
      more.add(upsert(daemon.uplink("u" + i, "10.0." + i + ".1/24")));
    }
    more.add(deleteEndpoint("red-a"));
    refused(
        RESOURCE_EXHAUSTED,
        "uplink u8: name u8: there is room for 8; delete others first or with this",
        more.toArray(Operation[]::new));
  }
}
