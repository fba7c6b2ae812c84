package dev.heddle.control;

import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.api.Operations.weighted;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.v1.NextHop;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;

/** The refusals of routes. */
class RouteRefusalTest extends RefusalFixture {
  @Test
  void shouldRefuseRoutesWhenTheyLeadNowhere() {
    refused(
        NOT_FOUND,
        "routes of network nil: network nil: no such network; create it first or with this",
        upsertRoute("nil", "10.0.0.0/8", drop()));
    refused(
        INVALID_ARGUMENT,
        "routes of network blue: next_hops 0 of them: give 1 to 64",
        upsertRoute("blue", "10.0.0.0/8"));
    refused(
        NOT_FOUND,
        "routes of network blue: next_hops[0].node worker-2: no such node; create it first or"
            + " with this",
        upsertRoute("blue", "10.0.0.0/8", toNode("worker-2")));
    refused(
        NOT_FOUND,
        "routes of network blue: next_hops[0].endpoint blue-z: no such endpoint; create it first or"
            + " with this",
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-z")));
    refused(
        FAILED_PRECONDITION,
        "routes of network blue: next_hops[0].endpoint red-a: stands in network red; give an"
            + " endpoint of blue",
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("red-a")));
    refused(
        INVALID_ARGUMENT,
        "routes of network blue: next_hops[0].gateway 172.19.0.1: the network's own gateway is this"
            + " router; give another router's address",
        upsertRoute("blue", "10.0.0.0/8", toGateway("172.19.0.1")));
    refused(
        INVALID_ARGUMENT,
        "routes of network blue: prefixes[0] 10.0.0.0/8: of another family than its gateway; give a"
            + " gateway of its own family",
        upsertRoute("blue", "10.0.0.0/8", toGateway("fd00:19::5")));
    refused(
        INVALID_ARGUMENT,
        "routes of network blue: next_hops[1].drop (drop): drop shares no flows; give it alone",
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-a"), drop()));
    refused(
        INVALID_ARGUMENT,
        "routes of network blue: next_hops[0].weight 1000: out of range; give 1 to 256",
        upsertRoute("blue", "10.0.0.0/8", weighted(toEndpoint("blue-a"), 1000)));
    refused(
        INVALID_ARGUMENT,
        "routes of network blue: next_hops[0] (absent): give endpoint, gateway, node or drop",
        upsertRoute("blue", "10.0.0.0/8", NextHop.getDefaultInstance()));
  }

  @Test
  void shouldRefuseRoutesWhenTheirPrefixIsNotFree() {
    refused(
        INVALID_ARGUMENT,
        "routes of network blue: prefixes[0] 10.0.0.1/8: bits beyond the length are set; did you"
            + " mean 10.0.0.0/8?",
        upsertRoute("blue", "10.0.0.1/8", drop()));
    refused(
        FAILED_PRECONDITION,
        "routes of network blue: prefixes[0] 172.19.0.10/32: belongs to endpoint blue-a, which"
            + " brings its own route; leave this one out",
        upsertRoute("blue", "172.19.0.10/32", drop()));
    refused(
        FAILED_PRECONDITION,
        "routes of network blue: prefixes[0] 172.19.0.1/32: belongs to the gateway, which brings its"
            + " own route; leave this one out",
        deleteRoute("blue", "172.19.0.1/32"));
    refused(
        NOT_FOUND,
        "routes of network blue: prefixes[0] 11.0.0.0/8: no such route; leave it out",
        deleteRoute("blue", "11.0.0.0/8"));
    daemon.client.apply(upsertRoute("blue", "172.19.0.12/32", drop()));
    refused(
        FAILED_PRECONDITION,
        "endpoint blue-c: addresses 172.19.0.12: network blue has a route 172.19.0.12/32; delete"
            + " that too or choose another address",
        blueC(e -> e));
    daemon.client.apply(blueC(e -> e), deleteRoute("blue", "172.19.0.12/32"));
  }

  @Test
  void shouldRefuseToListRoutesWhenThereIsNoSuchNetwork() {
    assertThatThrownBy(() -> daemon.client.routes("nil").hasNext())
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage("NOT_FOUND: network nil: name nil: no such network; list them all to see");
  }
}
