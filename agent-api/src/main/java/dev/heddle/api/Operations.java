package dev.heddle.api;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.Drop;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.IpSet;
import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.IpSetKey;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.NextHop;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Profile;
import dev.heddle.api.v1.RouteKeys;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.Tier;
import dev.heddle.api.v1.Uplink;
import java.util.List;

/** The operations that a transaction is made of. */
public final class Operations {
  private Operations() {}

  public static Operation upsert(Network network) {
    return Operation.newBuilder().setUpsertNetwork(network).build();
  }

  public static Operation deleteNetwork(String name) {
    return Operation.newBuilder().setDeleteNetwork(name).build();
  }

  public static Operation upsert(Endpoint endpoint) {
    return Operation.newBuilder().setUpsertEndpoint(endpoint).build();
  }

  public static Operation deleteEndpoint(String name) {
    return Operation.newBuilder().setDeleteEndpoint(name).build();
  }

  public static Operation upsert(Node node) {
    return Operation.newBuilder().setUpsertNode(node).build();
  }

  public static Operation deleteNode(String name) {
    return Operation.newBuilder().setDeleteNode(name).build();
  }

  public static Operation upsert(Uplink uplink) {
    return Operation.newBuilder().setUpsertUplink(uplink).build();
  }

  public static Operation deleteUplink(String name) {
    return Operation.newBuilder().setDeleteUplink(name).build();
  }

  public static Operation upsert(Tier tier) {
    return Operation.newBuilder().setUpsertTier(tier).build();
  }

  public static Operation deleteTier(String name) {
    return Operation.newBuilder().setDeleteTier(name).build();
  }

  public static Operation upsert(Policy policy) {
    return Operation.newBuilder().setUpsertPolicy(policy).build();
  }

  public static Operation deletePolicy(String name) {
    return Operation.newBuilder().setDeletePolicy(name).build();
  }

  public static Operation upsert(Profile profile) {
    return Operation.newBuilder().setUpsertProfile(profile).build();
  }

  public static Operation deleteProfile(String name) {
    return Operation.newBuilder().setDeleteProfile(name).build();
  }

  public static Operation upsert(IpSet set) {
    return Operation.newBuilder().setUpsertIpSet(set).build();
  }

  public static Operation deleteIpSet(String network, String name) {
    return Operation.newBuilder()
        .setDeleteIpSet(IpSetKey.newBuilder().setNetwork(network).setName(name))
        .build();
  }

  /** Adds members to an IP set and removes others. */
  public static Operation change(IpSetChange change) {
    return Operation.newBuilder().setChangeIpSet(change).build();
  }

  public static Operation upsert(Routes routes) {
    return Operation.newBuilder().setUpsertRoutes(routes).build();
  }

  /** Creates or replaces the route of one prefix, which is given as text. */
  public static Operation upsertRoute(String network, String prefix, NextHop... nextHops) {
    return upsert(
        Routes.newBuilder()
            .setNetwork(network)
            .addPrefixes(Addresses.parsePrefix(prefix))
            .addAllNextHops(List.of(nextHops))
            .build());
  }

  public static Operation deleteRoutes(String network, Iterable<Prefix> prefixes) {
    return Operation.newBuilder()
        .setDeleteRoutes(RouteKeys.newBuilder().setNetwork(network).addAllPrefixes(prefixes))
        .build();
  }

  public static Operation deleteRoute(String network, String prefix) {
    return deleteRoutes(network, List.of(Addresses.parsePrefix(prefix)));
  }

  public static NextHop toEndpoint(String name) {
    return NextHop.newBuilder().setEndpoint(name).build();
  }

  public static NextHop toGateway(String address) {
    return toGateway(Addresses.parse(address));
  }

  public static NextHop toGateway(ByteString address) {
    return NextHop.newBuilder().setGateway(address).build();
  }

  public static NextHop toNode(String name) {
    return NextHop.newBuilder().setNode(name).build();
  }

  public static NextHop drop() {
    return NextHop.newBuilder().setDrop(Drop.getDefaultInstance()).build();
  }

  /** The same next hop with another share of the flows. */
  public static NextHop weighted(NextHop nextHop, int weight) {
    return nextHop.toBuilder().setWeight(weight).build();
  }
}
