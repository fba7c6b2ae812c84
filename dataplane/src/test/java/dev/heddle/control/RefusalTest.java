package dev.heddle.control;

import static dev.heddle.api.Operations.deleteEndpoint;
import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.RESOURCE_EXHAUSTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each refusal's words, and that it changes nothing. */
class RefusalTest extends RefusalFixture {
  @Test
  void shouldRefuseNetworksWhenTheyAreNotValid() {
    refused(
        INVALID_ARGUMENT,
        "network (empty): name (empty): not a name; give 1 to 128 of A-Z a-z 0-9 . _ - / :",
        green(n -> n.setName("")));
    refused(
        INVALID_ARGUMENT,
        "network a?b: name a?b: not a name; give 1 to 128 of A-Z a-z 0-9 . _ - / :",
        green(n -> n.setName("a\nb")));
    refused(
        INVALID_ARGUMENT,
        "network green: vni 0: out of range; give 1 to 16777215",
        green(n -> n.setVni(0)));
    refused(
        INVALID_ARGUMENT,
        "network green: vni 4294967295: out of range; give 1 to 16777215",
        green(n -> n.setVni(-1)));
    refused(
        INVALID_ARGUMENT,
        "network green: range4 (absent): a network needs a range; give range4, range6 or both",
        green(Network.Builder::clearRange4));
    refused(
        INVALID_ARGUMENT,
        "network green: range4 10.1.0.1/16: bits beyond the length are set; did you mean"
            + " 10.1.0.0/16?",
        green(n -> n.setRange4(Addresses.parsePrefix("10.1.0.1/16"))));
    refused(
        INVALID_ARGUMENT,
        "network green: range4 10.1.0.0/33: length is above 32; give 0 to 32",
        green(n -> n.setRange4(n.getRange4().toBuilder().setLength(33))));
    refused(
        INVALID_ARGUMENT,
        "network green: range4 10.1.0.0/31: has no room for endpoints; give a /30 or shorter",
        green(n -> n.setRange4(n.getRange4().toBuilder().setLength(31))));
    refused(
        INVALID_ARGUMENT,
        "network green: range4 fd00::/64: of the other family; give it as range6",
        green(n -> n.setRange4(Addresses.parsePrefix("fd00::/64"))));
    refused(
        INVALID_ARGUMENT,
        "network green: range4 127.0.0.0/8: contains addresses that are no host's (loopback,"
            + " multicast, link-local or reserved); give a unicast range",
        green(n -> n.setRange4(Addresses.parsePrefix("127.0.0.0/8"))));
    refused(
        INVALID_ARGUMENT,
        "network green: range4 0x0102/8: address not 4 or 16 bytes; give it in network order",
        green(n ->
            n.setRange4(
                Prefix.newBuilder()
                    .setAddress(ByteString.copyFrom(new byte[] {1, 2}))
                    .setLength(8))));
  }

  @Test
  void shouldRefuseNetworksWhenTheirFieldsDoNotFitTogether() {
    refused(
        INVALID_ARGUMENT,
        "network green: gateway4 10.2.0.1: no host address of the range 10.1.0.0/16; give one, or"
            + " leave it out for 10.1.0.1",
        green(n -> n.setGateway4(Addresses.parse("10.2.0.1"))));
    refused(
        INVALID_ARGUMENT,
        "network green: gateway6 fd00::1: its range is absent; give the range too",
        green(n -> n.setGateway6(Addresses.parse("fd00::1"))));
    refused(
        INVALID_ARGUMENT,
        "network green: mtu 100: out of range; give 1280 to 9216, or leave it out for the"
            + " default",
        green(n -> n.setMtu(100)));
    refused(
        NOT_FOUND,
        "network green: physical_network_name fast: no such physical network; create its"
            + " uplink first or with this, or leave it out for the default one",
        green(n -> n.setPhysicalNetworkName("fast")));
    refused(
        ALREADY_EXISTS,
        "network green: vni 56: taken by network blue; give another",
        green(n -> n.setVni(56)));
  }

  @Test
  void shouldRefuseChangesOfNetworksWhenTheirEndpointsOrRoutesDoNotAllowThem() {
    refused(
        FAILED_PRECONDITION,
        "network red: range4 172.20.0.0/16: address 172.19.0.10 of endpoint red-a lies outside"
            + " network red's range 172.20.0.0/16; change the endpoint too or delete it",
        upsert(network("red", 57, "172.20.0.0/16")));
    refused(
        FAILED_PRECONDITION,
        "network red: range4 172.19.0.0/16: address 172.19.0.10 of endpoint red-a is the gateway's"
            + " own in network red; change the endpoint too or delete it",
        upsert(
            network("red", 57, "172.19.0.0/16").toBuilder()
                .setGateway4(Addresses.parse("172.19.0.10"))
                .build()));
    refused(
        FAILED_PRECONDITION,
        "network red: count_routes true: the network has 1 routes; delete them first",
        upsert(network("red", 57, "172.19.0.0/16").toBuilder().setCountRoutes(true).build()));
    refused(
        FAILED_PRECONDITION,
        "network red: name red: still has 1 endpoint: red-a; delete them too",
        deleteNetwork("red"),
        deleteRoute("red", "10.0.0.0/8"));
    refused(
        FAILED_PRECONDITION,
        "network red: name red: still has 1 route: 10.0.0.0/8; delete them too",
        deleteEndpoint("red-a"),
        deleteNetwork("red"));
    refused(
        NOT_FOUND,
        "network nil: name nil: no such network; nothing is to be deleted",
        deleteNetwork("nil"));
    refused(
        NOT_FOUND,
        "routes of network red: network red: no such network; create it first or with this",
        deleteEndpoint("red-a"),
        deleteRoute("red", "10.0.0.0/8"),
        deleteNetwork("red"),
        upsertRoute("red", "11.0.0.0/8", drop()));
  }

  @Test
  void shouldRefuseEndpointsWhenTheyAreNotValid() {
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: addresses 0 of them: give 1 to 64 addresses",
        blueC(Endpoint.Builder::clearAddresses));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: addresses[1] 0x0102: not 4 or 16 bytes; give an address in network order",
        blueC(e -> e.addAddresses(ByteString.copyFrom(new byte[] {1, 2}))));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: addresses[1] 172.19.0.12: given twice; give it once",
        blueC(e -> e.addAddresses(Addresses.parse("172.19.0.12"))));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: mac 01:00:00:00:00:01: no unicast Ethernet address; give 6 bytes such as"
            + " 02:00:00:00:00:01",
        blueC(e -> e.setMac(Addresses.parseMac("01:00:00:00:00:01"))));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: mac (empty): no unicast Ethernet address; give 6 bytes such as"
            + " 02:00:00:00:00:01",
        blueC(Endpoint.Builder::clearMac));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: allowed_source_prefixes[0] 10.0.0.1/8: bits beyond the length are set;"
            + " did you mean 10.0.0.0/8?",
        blueC(e -> e.addAllowedSourcePrefixes(Addresses.parsePrefix("10.0.0.1/8"))));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: attachment (absent): how is the pod connected? Give memif or kernel",
        blueC(Endpoint.Builder::clearMemif));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: mtu 1600: above the 1500 of network blue; give no more",
        blueC(e -> e.setMtu(1600)));
  }

  @Test
  void shouldRefuseAttachmentsWhenTheyAreNotValid() {
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: memif.role 0: give ROLE_SERVER or ROLE_CLIENT",
        blueCMemif(Memif.Builder::clearRole));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: memif.socket pod.sock: give an absolute path, or @ and an abstract name",
        blueCMemif(m -> m.setSocket("pod.sock")));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: memif.netns /run/netns/x: a socket with a path belongs to no network"
            + " namespace; leave it out",
        blueCMemif(m -> m.setNetns("/run/netns/x")));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: memif.secret (not shown): give at most 23 bytes, none of them zero",
        blueCMemif(m -> m.setSecret("123456789012345678901234")));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: memif.queues 99: out of range; give 1 to 16, or leave it out for the"
            + " default",
        blueCMemif(m -> m.setQueues(99)));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: memif.log2_ring_size 15: out of range; give 6 to 14, or leave it out for"
            + " the default",
        blueCMemif(m -> m.setLog2RingSize(15)));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: memif.buffer_bytes 1000: give a multiple of 64",
        blueCMemif(m -> m.setBufferBytes(1000)));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: mac 02:00:ad:63:87:b0: there is none in IP mode; leave it out",
        blueCMemif(m -> m.setMode(Memif.Mode.MODE_IP)));
  }

  @Test
  void shouldRefuseEndpointsWhenTheyClashWithOthers() {
    refused(
        NOT_FOUND,
        "endpoint blue-c: network nil: no such network; create it first or with this",
        blueC(e -> e.setNetwork("nil")));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: addresses[0] 172.20.0.1: lies outside network blue's range 172.19.0.0/16;"
            + " give a free one inside",
        blueC(e -> e.setAddresses(0, Addresses.parse("172.20.0.1"))));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: addresses[0] 172.19.0.1: is the gateway's own in network blue; give a"
            + " free one inside",
        blueC(e -> e.setAddresses(0, Addresses.parse("172.19.0.1"))));
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-c: addresses[0] 172.19.255.255: is no host's: the first or the broadcast"
            + " address of 172.19.0.0/16; give a free one inside",
        blueC(e -> e.setAddresses(0, Addresses.parse("172.19.255.255"))));
    refused(
        INVALID_ARGUMENT,
        "endpoint red-b: addresses[0] fd00:19::5: is of a family that network red has no range of;"
            + " give a free one inside",
        upsert(daemon.endpoint("red-b", "red", "fd00:19::5")));
    refused(
        ALREADY_EXISTS,
        "endpoint blue-c: addresses[0] 172.19.0.10: taken in network blue by endpoint blue-a; give"
            + " another",
        blueC(e -> e.setAddresses(0, Addresses.parse("172.19.0.10"))));
    refused(
        ALREADY_EXISTS,
        "endpoint blue-c: memif.id 0: taken on socket "
            + daemon.directory.resolve("blue-a.sock")
            + " by endpoint blue-a; give another id or socket",
        blueCMemif(m -> m.setSocket(daemon.directory.resolve("blue-a.sock").toString())));
  }

  @Test
  void shouldRefuseChangesOfEndpointsWhenTheyCannotBeMade() {
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-b: network red: the endpoint stands in blue, and cannot move; delete it, then"
            + " create it anew",
        upsert(daemon.endpoint("blue-b", "red", "172.19.0.11")));
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-b: memif memif server /tmp/other id 0: the attachment of an endpoint cannot"
            + " change; delete it, then create it anew",
        upsert(
            daemon.endpoint("blue-b", "blue", "172.19.0.11").toBuilder()
                .setMemif(
                    Memif.newBuilder()
                        .setRole(Memif.Role.ROLE_SERVER)
                        .setSocket("/tmp/other")
                        .setSecret("sesame"))
                .build()));
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-a: name blue-a: routes of network blue lead to it, such as 10.0.0.0/8; delete"
            + " them too or give them other next hops",
        deleteEndpoint("blue-a"));
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-c: memif.socket /nil/blue-c: the directory /nil does not exist; create it"
            + " first",
        blueCMemif(m -> m.setSocket("/nil/blue-c")));
  }

  @Test
  void shouldRefuseWhenThereIsNoRoomForMoreEndpoints() {
    List<Operation> operations = new ArrayList<>();
    for (int i = 3; i < ControlFixture.MAX_ENDPOINTS; i++) {
      operations.add(upsert(daemon.endpoint("e" + i, "blue", "172.19.1." + i)));
    }
    daemon.client.apply(operations);
    StatusRuntimeException refusal =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> daemon.client.apply(blueC(e -> e)));
    assertThat(refusal.getStatus().getCode()).isEqualTo(RESOURCE_EXHAUSTED);
    assertThat(refusal.getStatus().getDescription())
        .isEqualTo(
            "endpoint blue-c: name blue-c: there is room for 64; delete others or use more nodes");
  }

  @Test
  void shouldReportAllMistakesWhenThereAreMany() throws InvalidProtocolBufferException {
    Routes.Builder routes =
        Routes.newBuilder().setNetwork("blue").addNextHops(toEndpoint("blue-a"));
    for (int i = 0; i < 100; i++) {
      routes.addPrefixes(Addresses.parsePrefix("10.0." + i + ".1/24"));
    }
    StatusRuntimeException refusal =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                daemon.client.apply(
                    green(n -> n.setVni(56)),
                    deleteEndpoint("nil"),
                    Operations.upsert(routes.build())));

    List<String> lines = refusal.getStatus().getDescription().lines().toList();
    assertThat(lines).hasSize(21);
    assertThat(lines.get(0)).startsWith("endpoint nil: name nil: no such endpoint");
    assertThat(lines.get(1)).startsWith("network green: vni 56: taken by network blue");
    assertThat(lines.get(2)).startsWith("routes of network blue: prefixes[0] 10.0.0.1/24: bits");
    assertThat(lines.get(20)).isEqualTo("and 82 mistakes more");
    BadRequest details = StatusProto.fromThrowable(refusal).getDetails(0).unpack(BadRequest.class);
    assertThat(details.getFieldViolationsCount()).isEqualTo(20);
    assertThat(details.getFieldViolations(0).getField())
        .isEqualTo("operations[1].delete_endpoint.name");
    assertThat(details.getFieldViolations(2).getField())
        .isEqualTo("operations[2].upsert_routes.prefixes[0]");
    assertThat(details.getFieldViolations(2).getDescription()).isEqualTo(lines.get(2));
  }

  @Test
  void shouldRefuseWhenAnObjectIsNamedTwice() {
    refused(
        INVALID_ARGUMENT,
        "endpoint blue-b: name blue-b: named by another operation of this transaction; name it once",
        deleteEndpoint("blue-b"),
        deleteEndpoint("blue-b"));
    refused(
        INVALID_ARGUMENT,
        "operation 0: change (absent): not an operation of this version; give one",
        Operation.getDefaultInstance());
  }
}
