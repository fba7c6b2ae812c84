package dev.heddle.port.dpdk;

import static dev.heddle.port.dpdk.DpdkWorld.A;
import static dev.heddle.port.dpdk.DpdkWorld.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.ffi.dpdk.DpdkException;
import dev.heddle.ffi.linux.NetworkNamespace;
import dev.heddle.observe.InterfaceCounter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two kernels that reach each other through workers and DPDK's drivers of kernel interfaces. */
class KernelDevicesIT {
  private static final int MTU_BYTES = 1500;
  private static final int ICMP_AND_IP_BYTES = 28;
  private static final int PINGS = 200;

  @TempDir private Path directory;

  private KernelPeer a;
  private KernelPeer b;
  private DpdkWorld world;

  @BeforeEach
  void start() throws Exception {
    a = new KernelPeer(A);
    b = new KernelPeer(B);
    world = new DpdkWorld(directory, 2);
  }

  @AfterEach
  void stop() throws Exception {
    world.close();
    a.remove();
    b.remove();
  }

  @ParameterizedTest
  @ValueSource(strings = {"net_af_packet", "net_af_xdp"})
  void shouldCarryPacketsOfInterfaces(String driver) throws Exception {
    pair(a, A, driver, MTU_BYTES);
    pair(b, B, driver, MTU_BYTES);
    a.ping(b.address(), PINGS, 56);
    b.ping(a.address(), PINGS, MTU_BYTES - ICMP_AND_IP_BYTES);
    assertForwarded(2 * PINGS);
  }

  @Test
  void shouldCarryPacketsOfTaps() throws Exception {
    DpdkPort port = tap(a, A, "net_tap0,iface=tap0");
    tap(b, B, "net_tap1,iface=tap0");
    a.ping(b.address(), PINGS, 56);
    b.ping(a.address(), PINGS, MTU_BYTES - ICMP_AND_IP_BYTES);
    assertForwarded(2 * PINGS);
    assertThat(port.isLinkUp()).isTrue();
    assertThat(port.status().statistics().receivedPackets())
        .isEqualTo(world.count(A, InterfaceCounter.RX_PACKETS));
  }

  @Test
  void shouldCarryJumboFramesWhereTheMtuIsLarge() throws Exception {
    int mtuBytes = 9000;
    pair(a, A, "net_af_packet", mtuBytes);
    pair(b, B, "net_af_packet", mtuBytes);
    a.ping(b.address(), PINGS, mtuBytes - ICMP_AND_IP_BYTES);
    b.ping(a.address(), PINGS, mtuBytes - ICMP_AND_IP_BYTES);
    assertForwarded(2 * PINGS);
  }

  @Test
  void shouldSpreadPacketsOverQueues() throws Exception {
    pair(a, A, "net_af_packet", MTU_BYTES);
    b.createPair("peer0", "dpdk0");
    DpdkConfig config =
        new DpdkConfig(B, "net_af_packet1,iface=dpdk0,qpairs=2", 2, true, MTU_BYTES, 0, 2);
    DpdkPort port = openIn(b, config);
    a.ping(b.address(), PINGS, 56);
    assertForwarded(PINGS);
    assertThat(port.status().promiscuous()).isTrue();
    assertThat(b.show("dpdk0")).contains("PROMISC");
  }

  @Test
  void shouldGoOnWhenAnInterfaceComesBack() throws Exception {
    pair(a, A, "net_af_packet", MTU_BYTES);
    pair(b, B, "net_af_packet", MTU_BYTES);
    a.ping(b.address(), 1, 56);
    for (String device : new String[] {"peer0", "dpdk0"}) {
      b.ip("link", "set", device, "down");
      assertThat(a.reaches(b.address())).isFalse();
      b.ip("link", "set", device, "up");
      if (device.equals("peer0")) {
        // Its routes went with it.
        b.ip("route", "add", "172.19.0.1", "dev", device);
        b.ip("route", "add", "default", "via", "172.19.0.1");
      }
      while (!a.reaches(b.address())) {
        Thread.onSpinWait();
      }
      a.ping(b.address(), PINGS, 56);
    }
    world.awaitBalance();
  }

  @Test
  void shouldSurviveTheEndOfAnInterface() throws Exception {
    pair(a, A, "net_af_packet", MTU_BYTES);
    DpdkPort lost = pair(b, B, "net_af_packet", MTU_BYTES);
    a.ping(b.address(), 1, 56);
    b.ip("link", "delete", "peer0");
    assertThat(a.reaches(b.address())).isFalse();
    a.ping("172.19.0.1", PINGS, 56);
    world.close(lost);
    pair(b, B, "net_af_packet", MTU_BYTES);
    a.ping(b.address(), PINGS, 56);
    world.awaitBalance();
  }

  @Test
  void shouldGiveTheDeviceTheMacAndTheMtu() throws Exception {
    a.createPair("peer0", "dpdk0");
    long mac = 0x0605_0403_0202L;
    DpdkPort port =
        openIn(a, new DpdkConfig(A, "net_af_packet0,iface=dpdk0", 1, false, 1400, mac, 2));
    assertThat(port.mac()).isEqualTo(mac);
    assertThat(port.status().mtuBytes()).isEqualTo(1400);
    assertThat(a.show("dpdk0")).contains("02:02:03:04:05:06").contains("mtu 1400");
  }

  @Test
  void shouldRefuseAnInterfaceThatIsNotThere() {
    DpdkConfig config =
        new DpdkConfig(A, "net_af_packet0,iface=nowhere0", 1, false, MTU_BYTES, 0, 2);
    assertThatThrownBy(() -> openIn(a, config))
        .isInstanceOf(DpdkException.class)
        .hasMessageContaining("nowhere0");
  }

  private DpdkPort pair(KernelPeer peer, int endpoint, String driver, int mtuBytes)
      throws Exception {
    peer.createPair("peer0", "dpdk0");
    if (mtuBytes != MTU_BYTES) {
      peer.ip("link", "set", "peer0", "mtu", "" + mtuBytes);
      peer.ip("link", "set", "dpdk0", "mtu", "" + mtuBytes);
    }
    String device = driver + endpoint + ",iface=dpdk0";
    return openIn(peer, new DpdkConfig(endpoint, device, 1, false, mtuBytes, 0, 2));
  }

  private DpdkPort tap(KernelPeer peer, int endpoint, String device) throws Exception {
    DpdkPort port = openIn(peer, new DpdkConfig(endpoint, device, 1, false, MTU_BYTES, 0, 2));
    peer.configure("tap0");
    return port;
  }

  private DpdkPort openIn(KernelPeer peer, DpdkConfig config) {
    return NetworkNamespace.call(peer.namespace(), () -> world.open(config));
  }

  /** Each ping is two packets, and the kernels ask for the gateway's MAC address besides. */
  private void assertForwarded(int pings) {
    world.awaitBalance();
    assertThat(world.count(A, InterfaceCounter.TX_PACKETS)).isGreaterThanOrEqualTo(pings);
    assertThat(world.count(B, InterfaceCounter.TX_PACKETS)).isGreaterThanOrEqualTo(pings);
    long consumed =
        world.count(A, InterfaceCounter.CONSUMED) + world.count(B, InterfaceCounter.CONSUMED);
    long received =
        world.count(A, InterfaceCounter.RX_PACKETS) + world.count(B, InterfaceCounter.RX_PACKETS);
    assertThat(received - consumed).isGreaterThanOrEqualTo(2L * pings);
  }
}
