package dev.heddle.control;

import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.RESOURCE_EXHAUSTED;

import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Uplink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each refusal about uplinks that lead outside a network, and that it changes nothing. */
class OutsideRefusalTest extends RefusalFixture {
  @BeforeEach
  void createUplink() {
    daemon.client.apply(wan(u -> u));
  }

  private Operation wan(UnaryOperator<Uplink.Builder> change) {
    return outside("wan", "blue", "192.0.2.10/24", change);
  }

  private Operation lan(String address) {
    return outside("lan", "blue", address, u -> u);
  }

  private Operation outside(
      String name, String network, String address, UnaryOperator<Uplink.Builder> change) {
    return upsert(
        change.apply(daemon.uplink(name, address).toBuilder().setNetwork(network)).build());
  }

  @Test
  void shouldRefuseUplinksWhenWhatTheySayDoesNotFitTheOutside() {
    refused(
        INVALID_ARGUMENT,
        "uplink (default): name (absent): one that leads outside a network needs a name; give it"
            + " one",
        outside("", "blue", "198.51.100.1/24", u -> u));
    refused(
        INVALID_ARGUMENT,
        "uplink wan: gateway4 192.0.2.1: routes of network blue name the gateways there; leave it"
            + " out",
        wan(u -> u.setGateway4(Addresses.parse("192.0.2.1"))));
    refused(
        INVALID_ARGUMENT,
        "uplink wan: mtu 1279: out of range; give 1280 to 9216, or leave it out for 1500",
        wan(u -> u.setMtu(1279)));
    refused(
        NOT_FOUND,
        "uplink lan: network purple: no such network; create it first or with this",
        outside("lan", "purple", "198.51.100.1/24", u -> u));
    refused(
        FAILED_PRECONDITION,
        "uplink wan: network red: that of an uplink cannot change; delete it, then create it anew",
        wan(u -> u.setNetwork("red")));
    refused(
        FAILED_PRECONDITION,
        "uplink wan: network (default): that of an uplink cannot change; delete it, then create it"
            + " anew",
        wan(Uplink.Builder::clearNetwork));
  }

  @Test
  void shouldRefuseLinksWhenTheyOverlap() {
    refused(
        FAILED_PRECONDITION,
        "uplink lan: address4 172.19.200.1/24: its link overlaps the range 172.19.0.0/16 of network"
            + " blue; give an address and prefix length of another",
        lan("172.19.200.1/24"));
    refused(
        FAILED_PRECONDITION,
        "uplink lan: address4 192.0.2.129/25: its link overlaps the link 192.0.2.0/24 of uplink"
            + " wan; give an address and prefix length of another",
        lan("192.0.2.129/25"));
    refused(
        FAILED_PRECONDITION,
        "network blue: range4 192.0.0.0/16: overlaps the link 192.0.2.0/24 of uplink wan, which"
            + " leads outside it; give another range or delete the uplink",
        upsert(network("blue", 56, "192.0.0.0/16", "fd00:19::/64")),
        upsert(daemon.endpoint("blue-a", "blue", "192.0.1.10")),
        upsert(daemon.endpoint("blue-b", "blue", "192.0.1.11")));
  }

  @Test
  void shouldRefuseNetworksWhenTheyGoOrAreCarriedThere() {
    refused(
        FAILED_PRECONDITION,
        "network pink: physical_network_name wan: that uplink leads outside network blue and"
            + " carries no tunnels; give another",
        upsert(
            network("pink", 60, "172.21.0.0/16").toBuilder()
                .setPhysicalNetworkName("wan")
                .build()));
    daemon.client.apply(
        upsert(network("pink", 60, "172.21.0.0/16")),
        outside("pink-wan", "pink", "192.0.2.10/24", u -> u));
    refused(
        FAILED_PRECONDITION,
        "network pink: name pink: uplink pink-wan leads outside it; delete that too",
        deleteNetwork("pink"));
    refused(
        FAILED_PRECONDITION,
        "network pink: name pink: uplink pink-wan leads outside it; delete that too",
        deleteNetwork("pink"),
        outside("pink-wan", "pink", "192.0.2.10/24", u -> u));
  }

  @Test
  void shouldRefuseGatewaysWhenTheyAreNoOtherHosts() {
    for (String address : List.of("192.0.2.10", "192.0.2.255", "192.0.2.0")) {
      refused(
          INVALID_ARGUMENT,
          "routes of network blue: next_hops[0].gateway "
              + address
              + ": no other host's on the link of uplink wan; give the router's there",
          upsertRoute("blue", "0.0.0.0/0", toGateway(address)));
    }
  }

  @Test
  void shouldRefuseGatewaysWhenThereIsNoRoomForMore() {
    daemon.client.apply(lan("10.20.0.1/16"));
    List<Operation> routes = new ArrayList<>();
    for (int i = 0; i < dev.heddle.model.Uplink.MAX_GATEWAYS; i++) {
      String gateway = "10.20." + (1 + i / 250) + "." + (1 + i % 250);
      routes.add(upsertRoute("blue", gateway + "/32", toGateway(gateway)));
    }
    daemon.client.apply(routes);
    refused(
        RESOURCE_EXHAUSTED,
        "next_hops: routes of network blue name 1025 gateways on the link of uplink lan: there is"
            + " room for 1024; use fewer; nothing of the transaction was applied",
        upsertRoute("blue", "11.0.0.0/8", toGateway("10.20.77.77")));
  }
}
