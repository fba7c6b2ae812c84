package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Dpdk;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Node;
import dev.heddle.api.v1.Uplink;
import dev.heddle.api.v1.UplinkStatus;
import dev.heddle.api.v1.Vtep;
import org.junit.jupiter.api.Test;

/** What commands about uplinks, nodes and neighbours send, and how they show the answers. */
class UnderlayCliTest extends ControlCliFixture {
  private static Uplink uplink() {
    return Uplink.newBuilder()
        .setAddress4(Addresses.parse("192.0.2.1"))
        .setPrefixLength4(24)
        .setAddress6(Addresses.parse("2001:db8::1"))
        .setPrefixLength6(64)
        .setGateway4(Addresses.parse("192.0.2.254"))
        .setMtu(9000)
        .setDpdk(
            Dpdk.newBuilder()
                .setDevargs("net_af_packet0,iface=eth1")
                .setQueues(2)
                .setPromiscuous(true))
        .build();
  }

  private static Node east() {
    return Node.newBuilder()
        .setName("east")
        .setRouterMac(Addresses.parseMac("02:00:00:00:00:07"))
        .addVteps(Vtep.newBuilder().setAddress(Addresses.parse("192.0.2.2")))
        .addVteps(
            Vtep.newBuilder()
                .setAddress(Addresses.parse("2001:db8::2"))
                .setPhysicalNetworkName("fast"))
        .setAcceptsZeroUdp6Checksum(true)
        .build();
  }

  @Test
  void shouldSendTheUplinkWhenAdded() {
    run(
        "uplink add --address 192.0.2.1/24 --address 2001:db8::1/64 --gateway 192.0.2.254"
            + " --mtu 9000 --dpdk net_af_packet0,iface=eth1 --queues 2 --promiscuous");
    assertDone();
    run(
        "uplink add fast --address 198.51.100.1/24 --mac 02:00:00:00:00:01 --memif @fast"
            + " --role client --id 3 --log2-ring-size 11");
    assertDone();
    assertThat(daemon.applied)
        .containsExactly(
            Operations.upsert(uplink()),
            Operations.upsert(
                Uplink.newBuilder()
                    .setName("fast")
                    .setAddress4(Addresses.parse("198.51.100.1"))
                    .setPrefixLength4(24)
                    .setMac(Addresses.parseMac("02:00:00:00:00:01"))
                    .setMemif(
                        Memif.newBuilder()
                            .setRole(Memif.Role.ROLE_CLIENT)
                            .setSocket("@fast")
                            .setId(3)
                            .setLog2RingSize(11))
                    .build()));
  }

  @Test
  void shouldSendTheNodeAndWhatLeadsThereWhenAdded() {
    run(
        "node add east --vtep 192.0.2.2 --vtep 2001:db8::2@fast --router-mac 02:00:00:00:00:07"
            + " --zero-udp6-checksum");
    assertDone();
    run("route add blue 172.19.1.0/24 --node east@2 --node west");
    assertDone();
    run("network add blue --vni 56 --range 172.19.0.0/16 --physical-network fast");
    assertDone();
    assertThat(daemon.applied)
        .containsExactly(
            Operations.upsert(east()),
            Operations.upsertRoute(
                "blue",
                "172.19.1.0/24",
                Operations.weighted(Operations.toNode("east"), 2),
                Operations.toNode("west")),
            Operations.upsert(
                Network.newBuilder()
                    .setName("blue")
                    .setVni(56)
                    .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                    .setPhysicalNetworkName("fast")
                    .build()));
  }

  @Test
  void shouldDeleteTheDefaultUplinkWhenNoneIsNamed() {
    run("uplink delete");
    assertDone();
    run("uplink delete fast slow");
    assertDone();
    run("node delete east");
    assertDone();
    assertThat(daemon.applied)
        .containsExactly(
            Operations.deleteUplink(""),
            Operations.deleteUplink("fast"),
            Operations.deleteUplink("slow"),
            Operations.deleteNode("east"));
  }

  @Test
  void shouldShowWhatThereIsWhenListed() {
    daemon.uplinks.add(
        UplinkStatus.newBuilder()
            .setUplink(uplink())
            .setInterfaceIndex(3)
            .setMac(Addresses.parseMac("02:00:00:00:00:05"))
            .setLinkUp(true)
            .setSpeedMbps(10_000)
            .setMtu(9000)
            .setPromiscuous(true)
            .build());
    daemon.nodes.add(east());
    daemon.neighbours.add(
        NeighbourStatus.newBuilder()
            .setInterfaceIndex(3)
            .setAddress(Addresses.parse("192.0.2.2"))
            .setMac(Addresses.parseMac("02:00:00:00:00:09"))
            .setState(NeighbourStatus.State.STATE_REACHABLE)
            .setAgeMs(12_345)
            .build());
    daemon.neighbours.add(
        NeighbourStatus.newBuilder()
            .setInterfaceIndex(3)
            .setAddress(Addresses.parse("2001:db8::2"))
            .setState(NeighbourStatus.State.STATE_INCOMPLETE)
            .setAgeMs(900)
            .build());
    run("uplink list");
    assertDone(
        """
        Uplink     Index  Link  Mbit/s   MTU  MAC                Addresses
        (default)      3  up     10000  9000  02:00:00:00:00:05  192.0.2.1/24 2001:db8::1/64
        """);
    run("node list");
    assertDone(
        """
        Node  Router MAC         Tunnel ends
        east  02:00:00:00:00:07  192.0.2.2 2001:db8::2@fast
        """);
    run("show neighbor");
    assertDone(
        """
        Uplink     Address      MAC                State        For
        (default)  192.0.2.2    02:00:00:00:00:09  reachable   12 s
        (default)  2001:db8::2                     incomplete   0 s
        """);
  }

  @Test
  void shouldTellEverythingWhenListedAsJson() {
    UplinkStatus.Builder status =
        UplinkStatus.newBuilder()
            .setUplink(uplink())
            .setInterfaceIndex(3)
            .setMac(Addresses.parseMac("02:00:00:00:00:05"))
            .setMtu(9000);
    status.addStatisticsBuilder().setName("rx_good_packets").setValue(5_000_000_000L);
    daemon.uplinks.add(status.build());
    daemon.nodes.add(east());
    run("uplink list -o json");
    JsonObject uplink = onlyOne();
    assertThat(uplink.get("linkUp").getAsBoolean()).isFalse();
    assertThat(uplink.getAsJsonObject("dpdk").get("devargs").getAsString())
        .isEqualTo("net_af_packet0,iface=eth1");
    assertThat(uplink.getAsJsonObject("statistics").get("rx_good_packets").getAsLong())
        .isEqualTo(5_000_000_000L);
    run("node list -o json");
    JsonObject vtep = onlyOne().getAsJsonArray("vteps").get(1).getAsJsonObject();
    assertThat(vtep.get("physicalNetwork").getAsString()).isEqualTo("fast");
    run("show neighbor -o json");
    assertThat(out).isEqualTo("[]\n");
  }

  @Test
  void shouldTellTheSameAsYamlWhenAsked() {
    daemon.nodes.add(east());
    run("node list -o yaml");
    assertDone(
        """
        - name: east
          routerMac: "02:00:00:00:00:07"
          vteps:
          - physicalNetwork: ""
            address: "192.0.2.2"
          - physicalNetwork: fast
            address: "2001:db8::2"
          acceptsZeroUdp6Checksum: true
        """);
    run("show neighbor -o yaml");
    assertDone("[]\n");
  }

  @Test
  void shouldSayWhoseOutsideItLeadsToWhenAnUplinkHasANetwork() {
    Uplink wan =
        Uplink.newBuilder()
            .setName("wan")
            .setNetwork("blue")
            .setAddress4(Addresses.parse("192.0.2.10"))
            .setPrefixLength4(24)
            .setDpdk(Dpdk.newBuilder().setDevargs("net_af_packet0,iface=eth1"))
            .build();
    run(
        "uplink add wan --network blue --address 192.0.2.10/24 --dpdk"
            + " net_af_packet0,iface=eth1");
    assertDone();
    assertThat(daemon.applied).containsExactly(Operations.upsert(wan));
    daemon.uplinks.add(UplinkStatus.newBuilder().setUplink(wan).setMtu(1500).build());
    run("uplink list");
    assertDone(
        """
        Uplink  Index  Link  Mbit/s   MTU  MAC  Addresses
        wan         0  down          1500       192.0.2.10/24 (outside of blue)
        """);
    run("uplink list -o json");
    assertThat(onlyOne().get("network").getAsString()).isEqualTo("blue");
  }

  @Test
  void shouldNameTheOptionWhenItsValueMakesNoSense() {
    run("uplink add --address 192.0.2.1/24");
    assertThat(status).isEqualTo(2);
    assertThat(err).contains("--dpdk").contains("--memif");
    run("uplink add --address 192.0.2.1/24 --address 192.0.2.3/24 --memif @x");
    assertThat(status).isEqualTo(2);
    assertThat(err).contains("--address: an uplink has one address of each family");
    run("node add east --vtep fast");
    assertThat(status).isEqualTo(2);
    assertThat(err).contains("--vtep: 'fast' is no IP address");
    assertThat(daemon.applied).isEmpty();
  }
}
