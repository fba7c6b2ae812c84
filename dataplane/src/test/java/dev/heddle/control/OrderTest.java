package dev.heddle.control;

import static dev.heddle.api.Operations.deleteEndpoint;
import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.deleteNode;
import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.deleteUplink;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.toGateway;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.ControlFixture.node;
import static dev.heddle.control.ControlFixture.vtep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.v1.Operation;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a state means does not depend on the order in which it came about. */
class OrderTest {
  private static final List<String> PROBES =
      List.of(
          "172.19.0.1",
          "172.19.0.2",
          "172.19.0.10",
          "172.19.0.11",
          "172.19.0.12",
          "172.19.5.5",
          "10.0.0.1",
          "10.1.0.1",
          "10.1.1.1",
          "20.0.0.1",
          "30.0.0.1",
          "40.0.0.1",
          "50.0.0.1",
          "60.0.0.1",
          "70.0.0.1",
          "8.8.8.8",
          "fd00:19::1",
          "fd00:19::10",
          "fd00:77::1");

  private static List<Operation> changes(ControlFixture daemon) {
    return List.of(
        deleteNetwork("old"),
        deleteEndpoint("old-a"),
        deleteRoute("old", "10.0.0.0/8"),
        deleteEndpoint("blue-x"),
        deleteRoute("blue", "172.19.0.12/32"),
        deleteNode("gone"),
        deleteUplink("gone"),
        deleteRoute("blue", "50.0.0.0/8"),
        upsert(daemon.uplink("", "192.0.2.1/24", "2001:db8::1/64")),
        upsert(daemon.uplink("fast", "192.0.2.1/24").toBuilder().setMtu(9000).build()),
        upsert(node("east", "192.0.2.3")),
        upsert(node("west", "2001:db8::4").toBuilder().addVteps(vtep("fast", "192.0.2.4")).build()),
        upsert(network("blue", 56, "172.19.0.0/16", "fd00:19::/64")),
        upsert(
            network("red", 57, "172.19.0.0/16").toBuilder().setPhysicalNetworkName("fast").build()),
        upsert(daemon.endpoint("blue-a", "blue", "172.19.0.10", "fd00:19::10")),
        upsert(daemon.endpoint("blue-b", "blue", "172.19.0.11")),
        upsert(daemon.endpoint("blue-c", "blue", "172.19.0.12")),
        upsert(daemon.endpoint("red-a", "red", "172.19.0.10")),
        upsertRoute("blue", "10.0.0.0/8", toEndpoint("blue-a")),
        upsertRoute("blue", "10.1.0.0/16", toEndpoint("blue-a"), toEndpoint("blue-b")),
        upsertRoute("blue", "10.1.1.0/24", drop()),
        upsertRoute("blue", "20.0.0.0/8", toGateway("172.19.0.11")),
        upsertRoute("blue", "30.0.0.0/8", toGateway("20.0.0.7"), toGateway("172.19.0.12")),
        upsertRoute("blue", "fd00:77::/64", toGateway("fd00:19::10")),
        upsertRoute("blue", "40.0.0.0/8", toNode("east"), toNode("west"), toEndpoint("blue-b")),
        upsertRoute("blue", "60.0.0.0/8", toGateway("40.0.0.1"), toGateway("70.0.0.1")),
        upsertRoute("blue", "70.0.0.0/8", toNode("west")),
        upsertRoute("red", "40.0.0.0/8", toNode("west")),
        upsertRoute("red", "0.0.0.0/0", toGateway("172.19.0.10")));
  }

  private static void createWhatIsBefore(ControlFixture daemon) {
    daemon.client.apply(
        upsert(network("old", 58, "172.19.0.0/16")),
        upsert(network("blue", 56, "172.19.0.0/16")),
        upsert(daemon.uplink("", "192.0.2.2/24")),
        upsert(daemon.uplink("gone", "192.0.2.2/24")),
        upsert(node("east", "192.0.2.1")),
        upsert(node("gone", "192.0.2.4")),
        upsertRoute("blue", "50.0.0.0/8", toNode("gone")),
        upsert(daemon.endpoint("old-a", "old", "172.19.0.10")),
        upsert(daemon.endpoint("blue-x", "blue", "172.19.0.10")),
        upsertRoute("old", "10.0.0.0/8", drop()),
        upsertRoute("blue", "172.19.0.12/32", toGateway("172.19.0.10")));
  }

  private static Map<String, String> ways(Tables tables) {
    Lookup lookup = new Lookup(tables);
    Map<String, String> ways = new TreeMap<>();
    for (Vrf vrf : tables.vrfs()) {
      for (String probe : vrf == null ? List.<String>of() : PROBES) {
        ways.put(vrf.vni() + " " + probe, lookup.way(vrf.vni(), probe));
      }
    }
    return ways;
  }

  @Test
  void shouldGiveEqualTablesWhenOperationsArePermuted(@TempDir Path directory) throws IOException {
    Map<String, String> expected = null;
    Random random = new Random(1);
    for (int run = 0; run < 12; run++) {
      Path own = Files.createDirectory(directory.resolve("run" + run));
      try (ControlFixture daemon = new ControlFixture(own)) {
        createWhatIsBefore(daemon);
        List<Operation> operations = new ArrayList<>(changes(daemon));
        Collections.shuffle(operations, random);

        daemon.client.apply(operations);

        Map<String, String> ways = ways(daemon.tables());
        expected = expected == null ? ways : expected;
        assertThat(ways).isEqualTo(expected).hasSize(2 * PROBES.size());
      }
    }
  }

  @Test
  void shouldGiveEqualTablesWhenOperationsComeOneByOneOrTogether(@TempDir Path directory)
      throws IOException {
    Map<String, String> together;
    Path first = Files.createDirectory(directory.resolve("together"));
    try (ControlFixture daemon = new ControlFixture(first)) {
      daemon.client.apply(creations(daemon));
      together = ways(daemon.tables());
    }
    Path second = Files.createDirectory(directory.resolve("single"));
    try (ControlFixture daemon = new ControlFixture(second)) {
      creations(daemon).forEach(operation -> daemon.client.apply(operation));
      assertThat(ways(daemon.tables())).isEqualTo(together);
    }
  }

  private static List<Operation> creations(ControlFixture daemon) {
    return changes(daemon).stream()
        .filter(operation -> !operation.getChangeCase().name().startsWith("DELETE"))
        .toList();
  }

  @Test
  void shouldNeverLeadToAnotherNetworkWhenAllRoutesAreWalked(@TempDir Path directory)
      throws IOException {
    try (ControlFixture daemon = new ControlFixture(directory)) {
      createWhatIsBefore(daemon);
      daemon.client.apply(changes(daemon));
      Tables tables = daemon.tables();
      Lookup lookup = new Lookup(tables);
      for (Vrf vrf : tables.vrfs()) {
        for (String probe : vrf == null ? List.<String>of() : PROBES) {
          lookup
              .interfaces(lookup.hop(vrf, probe))
              .forEach(index ->
                  assertThat(tables.attachments()[index].vrfIndex())
                      .as("%s in VNI %d", probe, vrf.vni())
                      .isEqualTo(vrf.index()));
        }
      }
      assertThat(NextHops.kind(tables.hops()[2])).isEqualTo(NextHops.KIND_NO_ROUTE);
    }
  }
}
