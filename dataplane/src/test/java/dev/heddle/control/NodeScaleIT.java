package dev.heddle.control;

import static dev.heddle.api.Operations.deleteNode;
import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static dev.heddle.control.ControlFixture.node;
import static io.grpc.Status.Code.RESOURCE_EXHAUSTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.heddle.api.v1.Operation;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As many nodes as there may be, in many networks. */
class NodeScaleIT {
  private static final int NODES = 4096;
  private static final int NETWORKS = 500;
  private static final int ROUTES_PER_NETWORK = 100;

  private static String name(int node) {
    return "node-" + node;
  }

  private static String address(int node, int epoch) {
    return "10." + (1 + epoch) + "." + (node >> 8) + "." + (node & 0xff);
  }

  /** Each network's routes lead to other nodes. */
  private static int nodeOf(int network, int route) {
    return (network * 37 + route * 41) % NODES;
  }

  private static void time(String what, long beginNs) {
    System.out.printf("%s: %.1f ms%n", what, (System.nanoTime() - beginNs) / 1e6);
  }

  @Test
  void shouldLeadToEachNodeWhenThereAreAsManyAsThereMayBe(@TempDir Path directory)
      throws IOException {
    try (ControlFixture daemon = new ControlFixture(directory)) {
      List<Operation> operations = new ArrayList<>();
      operations.add(upsert(daemon.uplink("", "10.0.0.1/8")));
      for (int i = 0; i < NODES; i++) {
        operations.add(upsert(node(name(i), address(i, 0))));
      }
      for (int i = 0; i < NETWORKS; i++) {
        operations.add(upsert(network("net-" + i, 1 + i, "172.16.0.0/12")));
        for (int route = 0; route < ROUTES_PER_NETWORK; route++) {
          operations.add(
              upsertRoute("net-" + i, "172.19." + route + ".0/24", toNode(name(nodeOf(i, route)))));
        }
      }
      long beginNs = System.nanoTime();
      daemon.client.apply(operations);
      time("created", beginNs);
      assertThat(daemon.client.nodes()).hasSize(NODES);
      assertThat(daemon.neighbourhood.wanted).hasSize(NODES);
      assertWays(daemon, 0);

      beginNs = System.nanoTime();
      daemon.client.apply(upsert(node(name(nodeOf(7, 7)), address(nodeOf(7, 7), 1))));
      time("changed one", beginNs);
      beginNs = System.nanoTime();
      daemon.client.apply(upsert(network("one-more", 10_000, "172.16.0.0/12")));
      time("added a network", beginNs);
      operations.clear();
      for (int i = 0; i < NODES; i++) {
        operations.add(upsert(node(name(i), address(i, 1))));
      }
      beginNs = System.nanoTime();
      daemon.client.apply(operations);
      time("changed all", beginNs);
      assertThat(daemon.neighbourhood.wanted).hasSize(NODES);
      assertWays(daemon, 1);

      StatusRuntimeException refusal =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> daemon.client.apply(upsert(node("more", "10.9.0.1"))));
      assertThat(refusal.getStatus().getCode()).isEqualTo(RESOURCE_EXHAUSTED);
      assertThat(refusal.getStatus().getDescription())
          .isEqualTo(
              "node more: name more: there is room for 4096; delete others first or with this");
      operations.clear();
      for (int i = 0; i < NETWORKS; i++) {
        for (int route = 0; route < ROUTES_PER_NETWORK; route++) {
          operations.add(deleteRoute("net-" + i, "172.19." + route + ".0/24"));
        }
      }
      for (int i = 0; i < NODES; i++) {
        operations.add(deleteNode(name(i)));
      }
      beginNs = System.nanoTime();
      daemon.client.apply(operations);
      time("deleted", beginNs);
      assertThat(daemon.neighbourhood.wanted).isEmpty();
    }
  }

  private static void assertWays(ControlFixture daemon, int epoch) {
    Lookup lookup = new Lookup(daemon.tables());
    for (int i = 0; i < NETWORKS; i += 7) {
      for (int route = 0; route < ROUTES_PER_NETWORK; route++) {
        assertThat(lookup.way(1 + i, "172.19." + route + ".1"))
            .startsWith("node at " + address(nodeOf(i, route), epoch) + " from 10.0.0.1");
      }
    }
  }
}
