package dev.heddle.control;

import static dev.heddle.api.Operations.deleteNetwork;
import static dev.heddle.api.Operations.deleteRoute;
import static dev.heddle.api.Operations.deleteRoutes;
import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toEndpoint;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static dev.heddle.control.ControlFixture.network;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many networks, many routes. */
class ScaleIT {
  private static final int ROUTES = 1_000_000;
  private static final int NETWORKS = 2_000;

  private ControlFixture daemon;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    daemon = new ControlFixture(directory);
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  /** A /24, a different one for each index below 2^24, in no order, with gaps between them. */
  private static Prefix prefix(int index) {
    int address = (index * 0x9e37_79b1 & 0xff_ffff) << 8;
    return Prefix.newBuilder()
        .setAddress(ByteString.copyFrom(ByteBuffer.allocate(4).putInt(address).flip()))
        .setLength(24)
        .build();
  }

  private static List<Prefix> prefixes() {
    List<Prefix> prefixes = new ArrayList<>(ROUTES);
    for (int i = 0; i < ROUTES; i++) {
      prefixes.add(prefix(i));
    }
    return prefixes;
  }

  @Test
  void shouldLoadAndListAndDeleteAMillionRoutesInOneTransactionEach() {
    daemon.client.apply(
        upsert(network("blue", 56, "172.19.0.0/16")),
        upsert(daemon.endpoint("a", "blue", "172.19.0.10")));
    List<Prefix> prefixes = prefixes();
    Operation load =
        upsert(
            Routes.newBuilder()
                .setNetwork("blue")
                .addAllPrefixes(prefixes)
                .addNextHops(toEndpoint("a"))
                .build());

    long startNs = System.nanoTime();
    daemon.client.apply(load);
    report("loaded", prefixes.size(), startNs);

    assertThat(daemon.client.networks().getFirst().getRouteCount()).isEqualTo(prefixes.size());
    long listedFromNs = System.nanoTime();
    long listed = 0;
    for (Iterator<Routes> routes = daemon.client.routes("blue"); routes.hasNext(); ) {
      listed += routes.next().getPrefixesCount();
    }
    report("listed", listed, listedFromNs);
    assertThat(listed).isEqualTo(prefixes.size());

    assertThat(daemon.client.apply(load)).isEqualTo(2);
    List<Operation> state =
        List.of(
            upsert(network("blue", 56, "172.19.0.0/16")),
            upsert(daemon.endpoint("a", "blue", "172.19.0.10")),
            load);
    int published = daemon.publications();
    long replacedFromNs = System.nanoTime();
    assertThat(daemon.client.replace(state)).isEqualTo(2);
    report("replaced unchanged", prefixes.size(), replacedFromNs);
    assertThat(daemon.publications()).isEqualTo(published);

    long deletedFromNs = System.nanoTime();
    daemon.client.apply(deleteRoutes("blue", prefixes));
    report("deleted", prefixes.size(), deletedFromNs);
    assertThat(daemon.client.networks().getFirst().getRouteCount()).isZero();
    assertThat(new Lookup(daemon.tables()).way(56, "0.0.0.1")).isEqualTo("no route");
  }

  private static void report(String what, long routes, long startNs) {
    double seconds = (System.nanoTime() - startNs) / 1e9;
    System.out.printf("%s %d routes in %.3f s, %.0f/s%n", what, routes, seconds, routes / seconds);
  }

  @Test
  void shouldKeepNetworksApartWhenThereAreThousands() {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < NETWORKS; i++) {
      operations.add(upsert(network("net-" + i, 1000 + i, "172.19.0.0/16", "fd00:19::/64")));
      operations.add(upsertRoute("net-" + i, "10." + (i >> 8) + "." + (i & 255) + ".0/24", drop()));
    }
    daemon.client.apply(operations);

    Lookup lookup = new Lookup(daemon.tables());
    for (int i = 0; i < NETWORKS; i++) {
      String own = "10." + (i >> 8) + "." + (i & 255) + ".1";
      int other = (i + 1) % NETWORKS;
      assertThat(lookup.way(1000 + i, own)).isEqualTo("drop");
      assertThat(lookup.way(1000 + other, own)).isEqualTo("no route");
      assertThat(lookup.way(1000 + i, "172.19.0.1")).isEqualTo("router");
    }

    List<Operation> half = new ArrayList<>();
    for (int i = 0; i < NETWORKS; i += 2) {
      half.add(deleteRoute("net-" + i, "10." + (i >> 8) + "." + (i & 255) + ".0/24"));
      half.add(deleteNetwork("net-" + i));
    }
    daemon.client.apply(half);
    assertThat(daemon.client.networks()).hasSize(NETWORKS / 2);
    assertThat(new Lookup(daemon.tables()).way(1001, "10.0.1.1")).isEqualTo("drop");
  }
}
