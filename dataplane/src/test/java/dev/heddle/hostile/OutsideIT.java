package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.NeighbourStatus;
import dev.heddle.daemon.PodNamespace;
import dev.heddle.ffi.linux.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods and a host beyond a gateway: whole daemon, kernels everywhere else; needs root. */
class OutsideIT {
  private static final int PINGS = 20;
  private static final int TCP_BYTES = 4 << 20;
  private static final int ICMP_AT = 34;
  private static final int HOST4 = 0xc633_6402;

  /** One for all, since a daemon trains its workers for some seconds first. */
  private static OutsideWorld world;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    world = new OutsideWorld(directory);
  }

  @AfterAll
  static void stop() {
    if (world != null) {
      world.close();
    }
  }

  @BeforeEach
  void routeThroughTheGateway() {
    world.routeThrough(OutsideWorld.GATEWAY4, OutsideWorld.GATEWAY6);
  }

  @Test
  void shouldReachTheHostBeyondTheGatewayAndBeReachedFromThere() throws Exception {
    world.ping(world.pod, OutsideWorld.HOST4, PINGS, 1472);
    world.ping(world.pod, OutsideWorld.HOST6, PINGS, 1452);
    world.ping(world.pod, OutsideWorld.GATEWAY4, PINGS, 56);
    world.ping(world.pod, OutsideWorld.GATEWAY6, PINGS, 56);
    world.ping(world.host, OutsideWorld.POD4, PINGS, 1472);
    world.ping(world.host, OutsideWorld.POD6, PINGS, 1452);
    // The network's gateway, and the uplink's own addresses.
    world.ping(world.host, "172.19.0.1", PINGS, 56);
    world.ping(world.host, "fd00:19::1", PINGS, 56);
    world.ping(world.gateway, "192.0.2.10", PINGS, 56);
    world.ping(world.gateway, "2001:db8::10", PINGS, 56);

    converse(world.pod, world.host, OutsideWorld.HOST4);
    converse(world.host, world.pod, OutsideWorld.POD4);
    converse(world.pod, world.host, OutsideWorld.HOST6);
    converse(world.host, world.pod, OutsideWorld.POD6);

    world.awaitBalance();
    assertThat(world.counted("uplink:wan", "outside-to-outside")).isZero();
    assertThat(world.counted("uplink:wan", "tx-packets")).isGreaterThan(4 * PINGS);
  }

  @Test
  void shouldFollowTheGatewayWhenItsMacAddressChanges() {
    world.ping(world.pod, OutsideWorld.HOST4, 1, 56);
    world.ping(world.pod, OutsideWorld.HOST6, 1, 56);
    String mac = "02:00:00:00:77:01";
    world.gateway.ip("link", "set", OutsideWorld.GATEWAY_DEVICE, "address", mac);
    Await.until("both neighbours moved", () -> neighboursAt(mac) == 2);
    world.ping(world.pod, OutsideWorld.HOST4, PINGS, 56);
    world.ping(world.pod, OutsideWorld.HOST6, PINGS, 56);
  }

  private long neighboursAt(String mac) {
    ByteString wanted = Addresses.parseMac(mac);
    return world.client().neighbours().stream()
        .filter(each -> each.getMac().equals(wanted))
        .count();
  }

  @Test
  void shouldTellThePodWhenTheGatewayIsSilentAndGoOnWhenItSpeaks() {
    long before = world.counted("pod", "neighbour-unresolved");
    world.routeThrough("192.0.2.99", "2001:db8::99");
    assertThat(pingInVain(OutsideWorld.HOST4))
        .contains("From 172.19.0.1 icmp_seq=1 Destination Host Unreachable");
    assertThat(pingInVain(OutsideWorld.HOST6))
        .contains("From fd00:19::1 icmp_seq=1 Destination unreachable: Address unreachable");
    assertThat(world.counted("pod", "neighbour-unresolved") - before).isEqualTo(2);

    OutsideWorld.address(world.gateway, "192.0.2.99/24", OutsideWorld.GATEWAY_DEVICE);
    OutsideWorld.address(world.gateway, "2001:db8::99/64", OutsideWorld.GATEWAY_DEVICE);
    Await.until(
        "both gateways answer",
        () ->
            world.client().neighbours().stream()
                    .filter(each -> each.getState() == NeighbourStatus.State.STATE_REACHABLE)
                    .count()
                == 2);
    world.ping(world.pod, OutsideWorld.HOST4, PINGS, 56);
    world.ping(world.pod, OutsideWorld.HOST6, PINGS, 56);
    world.awaitBalance();
  }

  /** One echo request, which an error answers. */
  private String pingInVain(String destination) {
    return world.pod.in("sh", "-c", "ping -c 1 -W 60 " + destination + "; test $? = 1");
  }

  @Test
  void shouldNotBelieveTheOutsideWhenItSaysItIsAPod() {
    world.gateway.ip("address", "add", "172.19.0.99/32", "dev", "lo");
    long before = world.counted("uplink:wan", "spoofed-source");
    world.ping(world.pod, OutsideWorld.HOST4, 1, 56);
    String output =
        world.gateway.in(
            "sh",
            "-c",
            "ping -c 3 -i 0.1 -W 1 -I 172.19.0.99 " + OutsideWorld.POD4 + "; test $? = 1");
    assertThat(output).contains("3 packets transmitted, 0 received");
    Await.until(
        "all three are counted", () -> world.counted("uplink:wan", "spoofed-source") - before == 3);
    world.awaitBalance();
  }

  @Test
  void shouldAnswerAPodByMemifWhenItAsksTheHostBeyond() {
    Frames.Address address = Frames.Address.ofPod(8);
    try (Pod memif = world.connectMemif(address)) {
      byte[] routerMac = Gateway.resolve(memif, address);
      byte[] request = echoRequest(routerMac, address);
      memif.awaitSend(request);
      byte[] reply = memif.awaitFrame();
      assertThat(ByteBuffer.wrap(reply).getInt(26)).isEqualTo(HOST4);
      assertThat(reply[ICMP_AT]).isZero();
      assertThat(Arrays.copyOfRange(reply, ICMP_AT + 4, request.length))
          .isEqualTo(Arrays.copyOfRange(request, ICMP_AT + 4, request.length));
    }
    world.awaitBalance();
  }

  private static byte[] echoRequest(byte[] routerMac, Frames.Address from) {
    Frames.Address host = new Frames.Address(HOST4, from.mac());
    byte[] frame = Frames.udp(routerMac, from, host, 7, 200);
    frame[23] = 1;
    ByteBuffer icmp = ByteBuffer.wrap(frame, ICMP_AT, frame.length - ICMP_AT);
    icmp.putShort(ICMP_AT, (short) 0x0800).putShort(ICMP_AT + 2, (short) 0);
    int sum = 0;
    while (icmp.hasRemaining()) {
      sum += Short.toUnsignedInt(icmp.getShort());
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    icmp.putShort(ICMP_AT + 2, (short) ~((sum & 0xffff) + (sum >>> 16)));
    Frames.setChecksum(frame);
    return frame;
  }

  /** TCP in both directions at once: what is sent comes back. */
  private static void converse(PodNamespace from, PodNamespace to, String address)
      throws Exception {
    byte[] sent = new byte[TCP_BYTES];
    new SplittableRandom(6).nextBytes(sent);
    try (ServerSocket server = NetworkNamespace.call(to.file(), OutsideIT::listen);
        SocketChannel channel = NetworkNamespace.call(from.file(), OutsideIT::open)) {
      Socket client = channel.socket();
      Thread echo = Thread.ofVirtual().start(() -> echo(server));
      client.connect(new InetSocketAddress(address, server.getLocalPort()));
      Thread sender = Thread.ofVirtual().start(() -> send(client, sent));
      byte[] received = client.getInputStream().readNBytes(TCP_BYTES);
      sender.join();
      echo.join();
      assertThat(Arrays.equals(received, sent)).as("what came back is what was sent").isTrue();
    }
  }

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SocketChannel open() {
    try {
      return SocketChannel.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(Socket client, byte[] bytes) {
    try {
      OutputStream out = client.getOutputStream();
      out.write(bytes);
      client.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void echo(ServerSocket server) {
    try (Socket socket = server.accept();
        InputStream in = socket.getInputStream()) {
      in.transferTo(socket.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
