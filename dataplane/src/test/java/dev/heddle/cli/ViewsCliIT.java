package dev.heddle.cli;

import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.Vtep;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The views of networks, nodes, tunnels and endpoints, with a whole daemon. */
class ViewsCliIT extends DaemonCliFixture {
  @BeforeEach
  void fill() {
    daemon.apply(
        upsert(uplink("").setAddress4(Addresses.parse("192.0.2.1")).setPrefixLength4(24).build()),
        upsert(
            uplink("wan")
                .setNetwork("red")
                .setAddress4(Addresses.parse("198.51.100.1"))
                .setPrefixLength4(24)
                .setMtu(1400)
                .build()),
        upsert(node("east", "192.0.2.2")),
        upsert(node("west", "192.0.2.3")),
        upsert(
            Network.newBuilder()
                .setName("blue")
                .setVni(56)
                .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                .build()),
        upsert(
            Network.newBuilder()
                .setName("red")
                .setVni(57)
                .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                .setMtu(1300)
                .build()),
        upsert(
            endpoint("a", "blue", "172.19.0.10").toBuilder()
                .setNamespace("shop")
                .setPod("cart-1")
                .putLabels("zone", "1")
                .putLabels("app", "cart")
                .build()),
        upsert(endpoint("b", "blue", "172.19.0.20").toBuilder().setMtu(1280).build()),
        upsertRoute("blue", "172.19.1.0/24", toNode("east")),
        upsertRoute("blue", "10.0.0.0/8", drop()));
  }

  private Uplink.Builder uplink(String name) {
    return Uplink.newBuilder()
        .setName(name)
        .setMemif(
            Memif.newBuilder()
                .setRole(Memif.Role.ROLE_SERVER)
                .setSocket(directory.resolve("uplink" + name).toString()));
  }

  private static Node node(String name, String address) {
    return Node.newBuilder()
        .setName(name)
        .addVteps(Vtep.newBuilder().setAddress(Addresses.parse(address)))
        .build();
  }

  @Test
  void shouldShowWhatEachNetworkHas() {
    run("show vrf");
    assertThat(out.lines().map(line -> line.replaceAll(" +", " ").strip()))
        .hasSize(3)
        .startsWith("Network VRF VNI MTU Endpoints Routes Tables KiB Uplink")
        .anyMatch(line -> line.matches("blue [01] 56 1450 2 2 [1-9][0-9]* \\(default\\)"))
        .anyMatch(line -> line.matches("red [01] 57 1300 0 0 [0-9]+ \\(default\\)"));
    JsonObject blue = json("show networks blue").get(0).getAsJsonObject();
    assertThat(blue.get("tableBytes").getAsLong()).isPositive();
    assertThat(run("show vrf green")).isEqualTo(1);
    assertThat(err)
        .isEqualTo("heddle: network green: name green: no such network; list them all to see\n");
  }

  @Test
  void shouldShowTunnelsAndTheNodesTheyLeadTo() {
    assertPrints(
        "show tunnel east",
        """
        Node  Uplink     Local      Remote      MTU  Next hop
        east  (default)  192.0.2.1  192.0.2.2  1450  (does not answer)
        """);
    assertPrints(
        "show tunnels -o yaml",
        """
        - node: east
          uplink: ""
          index: 0
          local: "192.0.2.1"
          remote: "192.0.2.2"
          nextHop: "192.0.2.2"
          nextHopMac: null
          mtu: 1450
          udpChecksums: false
        - node: west
          uplink: ""
          index: 0
          local: "192.0.2.1"
          remote: "192.0.2.3"
          nextHop: "192.0.2.3"
          nextHopMac: null
          mtu: 1450
          udpChecksums: false
        """);
    assertPrints(
        "show node",
        """
        Node  Router MAC         Tunnels  Ready  Tunnel ends
        east  02:48:45:44:44:4c        1      0  192.0.2.2
        west  02:48:45:44:44:4c        1      0  192.0.2.3
        """);
    JsonObject west = json("show nodes west").get(0).getAsJsonObject();
    assertThat(west.getAsJsonArray("tunnels")).hasSize(1);
    assertThat(run("show tunnel nowhere")).isEqualTo(1);
    assertThat(err).contains("node nowhere: name nowhere: no such node");
  }

  @Test
  void shouldShowWhereAnAddressLeads() {
    long revision = daemon.client().serverInfo().getRevision();
    assertPrints(
        "show route blue 172.19.1.7",
        """
        Address    172.19.1.7
        network    blue
        revision   %d
        prefix     172.19.1.0/24
        origin     api
        next hops  node east

        Share %%  Way     To                 Interface   MTU  MAC
          100.0  tunnel  east at 192.0.2.2  uplink     1450  02:48:45:44:44:4c
        """
            .formatted(revision));
    assertPrints(
        "show route red 10.0.0.1",
        """
        Address   10.0.0.1
        network   red
        revision  %d
        prefix    none

        Share %%  Way       To  Interface  MTU  MAC
          100.0  no-route
        """
            .formatted(revision));
    assertPrints(
        "show route blue 172.19.0.20 -o yaml",
        """
        network: blue
        address: "172.19.0.20"
        revision: %d
        prefix: "172.19.0.20/32"
        origin: endpoint
        nextHops:
        - endpoint: b
          weight: 1
        ways:
        - kind: endpoint
          share: 1
          endpoint: b
          interface: b
          index: %d
          mac: "02:00:00:00:00:0a"
          mtu: 1280
        """
            .formatted(revision, daemon.client().endpoints("b").getFirst().getInterfaceIndex()));
    assertPrints(
        "show routes blue",
        """
        blue 10.0.0.0/8 via drop
        blue 172.19.1.0/24 via node east
        """);
    assertThat(run("show route blue somewhere")).isEqualTo(2);
    assertThat(err).contains("Invalid value for ADDRESS: 'somewhere' is no IP address");
  }

  @Test
  void shouldShowEndpointsBesideTheirCounters() {
    assertPrints(
        "show endpoint",
        """
        Endpoint  Network  State   MTU  Rx pkt  Tx pkt  Drops  Addresses
        a         blue     down   1450       0       0      0  172.19.0.10
        b         blue     down   1280       0       0      0  172.19.0.20
        """);
    int index = daemon.client().endpoints("a").getFirst().getInterfaceIndex();
    run("show endpoint a");
    assertThat(out)
        .startsWith(
            """
            Endpoint           a
            network            blue
            pod                shop/cart-1
            labels             app=cart zone=1
            state              down
            attachment         memif %s 0
            mac                02:00:00:00:00:0a
            addresses          172.19.0.10
            mtu                1450
            index              %d
            rx-packets         0
            """
                .formatted(directory.resolve("a"), index))
        .contains("\ndrops              0\n");
    JsonObject a = json("show endpoints a").get(0).getAsJsonObject();
    assertThat(a.get("state").getAsString()).isEqualTo("down");
    assertThat(a.get("pod").getAsString()).isEqualTo("cart-1");
    assertThat(a.getAsJsonObject("labels").toString())
        .isEqualTo("{\"app\":\"cart\",\"zone\":\"1\"}");
    assertThat(a.getAsJsonObject("statistics").getAsJsonObject("counters").keySet())
        .contains("rx-packets", "tx-bytes");
    assertThat(run("show endpoint nobody")).isEqualTo(1);
    assertThat(err).contains("endpoint nobody: name nobody: no such endpoint");
  }

  @Test
  void shouldShowWorkersAlsoWithoutTheDaemonsHelp() {
    String file = " --file " + directory.resolve("counters");
    run("show worker" + file);
    assertThat(err).isEmpty();
    assertThat(out.lines().map(line -> line.replaceAll(" +", " ").strip()))
        .hasSize(3)
        .startsWith("Worker Core State Queues Packets ns/packet Idle % Stalls Revision")
        .anyMatch(line -> line.matches("1 any (running|asleep) 0 0 0.0 [0-9.]+ [0-9]+ 1"));
    JsonObject worker = json("show workers" + file).get(1).getAsJsonObject();
    assertThat(worker.get("processor").isJsonNull()).isTrue();
    assertThat(worker.getAsJsonArray("queues")).isEmpty();
    assertThat(worker.getAsJsonObject("counters").get("revision").getAsLong()).isEqualTo(1);

    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    int status =
        HeddleCli.commandLine(new PrintWriter(outText), new PrintWriter(errText, true))
            .execute(
                "show",
                "worker",
                "--file=" + directory.resolve("counters"),
                "--socket=" + directory.resolve("nowhere"));
    assertThat(status).isZero();
    assertThat(errText.toString())
        .startsWith("heddle: processors, states and queues are left out: no daemon answers on ");
    assertThat(outText.toString().lines()).hasSize(3);
  }

  @Test
  void shouldShowTheLargestPacketsAndWhatLimitsThem() {
    assertPrints(
        "show mtu",
        """
        Network  Towards      MTU  Limited by
        blue     all         1450  uplink (default), 1500 - 50
                 2 nodes     1450  uplink (default), 1500 - 50
                 endpoint a  1450  uplink (default), 1500 - 50
                 endpoint b  1280  mtu of the endpoint
        red      all         1300  mtu of the network
                 2 nodes     1300  mtu of the network
                 uplink wan  1400  uplink wan, 1400
        """);
    run("show mtu blue");
    assertThat(out)
        .contains(
            """
                     node east   1450  uplink (default), 1500 - 50
                     node west   1450  uplink (default), 1500 - 50
            """);
    JsonArray paths = json("show mtu red").get(0).getAsJsonObject().getAsJsonArray("paths");
    assertThat(paths.get(1).getAsJsonObject().toString())
        .isEqualTo(
            "{\"kind\":\"uplink\",\"names\":[\"wan\"],\"mtu\":1400,"
                + "\"limitedBy\":\"uplink wan, 1400\"}");
  }
}
