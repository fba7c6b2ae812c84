"""A small agent that knows Heddle from the .proto files alone.

agent.py SOCKET drive      drives a network: creates, watches, is refused, replaces
agent.py SOCKET knock      asks for the server's information, and prints why it may not

Generated modules are beside it, where protoc put them. Prints one line for each step that went well.
"""

import ipaddress
import socket as sockets
import sys

import grpc
import health_pb2
from google.rpc import error_details_pb2, status_pb2
from heddle.v1 import (
    endpoint_pb2,
    heddle_pb2,
    heddle_pb2_grpc,
    lookup_pb2,
    memif_pb2,
    network_pb2,
    route_pb2,
)

DEADLINE_S = 60


def prefix(text):
    parsed = ipaddress.ip_network(text)
    return network_pb2.Prefix(address=parsed.network_address.packed, length=parsed.prefixlen)


def network(name, vni, text, **more):
    return heddle_pb2.Operation(
        upsert_network=network_pb2.Network(name=name, vni=vni, range4=prefix(text), **more)
    )


def endpoint(name, network_name, address, directory):
    return heddle_pb2.Operation(
        upsert_endpoint=endpoint_pb2.Endpoint(
            name=name,
            network=network_name,
            addresses=[ipaddress.ip_address(address).packed],
            mac=bytes([2, 0, 0, 0, 0, int(address.rsplit(".", 1)[1])]),
            memif=endpoint_pb2.Memif(
                role=endpoint_pb2.Memif.ROLE_SERVER, socket=f"{directory}/{name}.sock"
            ),
        )
    )


def routes(network_name, prefixes, endpoint_name):
    return heddle_pb2.Operation(
        upsert_routes=route_pb2.Routes(
            network=network_name,
            prefixes=[prefix(text) for text in prefixes],
            next_hops=[route_pb2.NextHop(endpoint=endpoint_name)],
        )
    )


def chunks(operations, size=2):
    for start in range(0, len(operations), size):
        yield heddle_pb2.Transaction(operations=operations[start : start + size])


def listing(call):
    """The items of a listing, and the revision that its header tells."""
    headers = dict(call.initial_metadata())
    return list(call), int(headers["heddle-revision"])


def next_where(replies, holds):
    for reply in replies:
        if holds(reply):
            return reply
    raise AssertionError("the watch has ended")


def details(error):
    """The google.rpc details of a refusal, by the names of their kinds."""
    trailers = dict(error.trailing_metadata())
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    found = {}
    for packed in status.details:
        kind = packed.type_url.rsplit(".", 1)[1]
        message = getattr(error_details_pb2, kind)()
        assert packed.Unpack(message)
        found[kind] = message
    return found


def step(name, holds, *seen):
    if not holds:
        raise AssertionError(f"{name}: {seen}")
    print(name)


def drive(channel, directory):
    heddle = heddle_pb2_grpc.HeddleStub(channel)
    info = heddle.GetServerInfo(heddle_pb2.GetServerInfoRequest(), timeout=DEADLINE_S)
    step("server information", "watch" in info.capabilities and info.instance_id, info)

    check = channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
    health = check(health_pb2.HealthCheckRequest(service=""), timeout=DEADLINE_S)
    step("health", health.status == health_pb2.HealthCheckResponse.SERVING, health)

    state = [
        network("blue", 56, "172.19.0.0/16", max_routes=3),
        endpoint("blue-a", "blue", "172.19.0.10", directory),
        routes("blue", ["10.0.0.0/8", "11.0.0.0/8"], "blue-a"),
    ]
    applied = heddle.Apply(chunks(state), timeout=DEADLINE_S)
    step("apply", applied.revision == 1, applied)

    networks, revision = listing(
        heddle.ListNetworks(heddle_pb2.ListNetworksRequest(), timeout=DEADLINE_S)
    )
    step("list", revision == 1 and networks[0].route_count == 2, networks, revision)

    look(heddle)
    watch = heddle.Watch(
        heddle_pb2.WatchRequest(since_revision=revision, instance_id=info.instance_id),
        timeout=DEADLINE_S,
    )
    first = next(watch)
    step(
        "observe",
        any(
            seen.endpoint == "blue-a" and seen.state == heddle_pb2.Observed.STATE_DOWN
            for seen in first.observed
        ),
        first,
    )

    refuse(heddle)
    replace(heddle, state, watch, directory)
    watch.cancel()


def look(heddle):
    address = ipaddress.ip_address("10.1.2.3").packed
    found = heddle.LookUpRoute(
        lookup_pb2.LookUpRouteRequest(network="blue", address=address), timeout=DEADLINE_S
    )
    memifs = list(heddle.ListMemifs(memif_pb2.ListMemifsRequest(), timeout=DEADLINE_S))
    step(
        "look",
        found.prefix == prefix("10.0.0.0/8")
        and [way.endpoint for way in found.ways] == ["blue-a"]
        and [(memif.endpoint, memif.connected) for memif in memifs] == [("blue-a", False)],
        found,
        memifs,
    )


def refuse(heddle):
    try:
        heddle.Apply(
            chunks([routes("blue", ["12.0.0.0/8", "13.0.0.0/8"], "blue-a")]), timeout=DEADLINE_S
        )
        raise AssertionError("routes above the quota were taken")
    except grpc.RpcError as error:
        found = details(error)
        step(
            "refusal",
            error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
            and found["ErrorInfo"].metadata["object"] == "routes of network blue"
            and "max_routes 3" in found["ErrorInfo"].metadata["remedy"]
            and found["BadRequest"].field_violations[0].field
            == "operations[0].upsert_routes.network"
            and found["QuotaFailure"].violations,
            error,
            found,
        )


def replace(heddle, state, watch, directory):
    unchanged = heddle.Replace(chunks(state), timeout=DEADLINE_S)
    step("replace with the same", unchanged.revision == 1, unchanged)

    other = state[:2] + [
        routes("blue", ["10.0.0.0/8"], "blue-a"),
        endpoint("blue-b", "blue", "172.19.0.11", directory),
    ]
    replaced = heddle.Replace(chunks(other), timeout=DEADLINE_S)
    reply = next_where(watch, lambda each: each.revision == 2)
    changes = sorted(change.WhichOneof("change") for change in reply.changes)
    step(
        "replace and watch",
        replaced.revision == 2 and changes == ["delete_routes", "upsert_endpoint"],
        replaced,
        reply,
    )

    listed, revision = listing(
        heddle.ListRoutes(heddle_pb2.ListRoutesRequest(network="blue"), timeout=DEADLINE_S)
    )
    step(
        "routes",
        revision == 2 and [list(each.prefixes) for each in listed] == [[prefix("10.0.0.0/8")]],
        listed,
    )

    connection = sockets.socket(sockets.AF_UNIX, sockets.SOCK_SEQPACKET)
    connection.connect(f"{directory}/blue-b.sock")
    connection.close()
    step("the endpoint's socket", True)


def knock(channel):
    heddle = heddle_pb2_grpc.HeddleStub(channel)
    try:
        info = heddle.GetServerInfo(heddle_pb2.GetServerInfoRequest(), timeout=DEADLINE_S)
        print("let in by", info.pid)
    except grpc.RpcError as error:
        print("kept out:", error.code().name)


def main():
    path, what = sys.argv[1:3]
    with grpc.insecure_channel(f"unix:{path}") as channel:
        if what == "drive":
            drive(channel, path.rsplit("/", 1)[0])
        else:
            knock(channel)


main()
