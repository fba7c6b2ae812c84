package dev.heddle.hostile;

import static dev.heddle.api.Operations.toNode;
import static dev.heddle.api.Operations.upsert;
import static dev.heddle.api.Operations.upsertRoute;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.KernelInterface;
import dev.heddle.daemon.PodConnection;
import dev.heddle.daemon.PodNamespace;
import dev.heddle.daemon.TestDaemon;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ordinary programs' traffic between pods with kernel interfaces, two on a node and one on another,
 * and with a memif pod, through whole daemons; needs root.
 */
class KernelPodTrafficIT {
  private static final int STREAM_BYTES = 4_000_000;
  private static final int PINGS = 20;

  /** Echo header and IP header, without options. */
  private static final int PING4_BYTES = 28;

  private static final int PING6_BYTES = 48;
  private static final int MTU_BYTES = 1450;

  @TempDir Path directory;

  private NodeScene west;
  private NodeScene east;
  private Guest anna;
  private Guest bert;
  private Guest carl;

  /** A pod with a kernel interface. */
  private record Guest(PodNamespace namespace, Frames.Address address) implements AutoCloseable {
    Guest(int number) {
      this(new PodNamespace(), Frames.Address.ofPod(number));
    }

    String ipv4() {
      return address.toString();
    }

    String ipv6() {
      return "fd00:19::" + Integer.toHexString(address.ip() & 0xff);
    }

    void join(TestDaemon daemon, String name) {
      daemon.apply(
          upsert(
              Endpoint.newBuilder()
                  .setName(name)
                  .setNetwork(NodeScene.NETWORK)
                  .setMac(ByteString.copyFrom(address.mac()))
                  .addAddresses(Addresses.parse(ipv4()))
                  .addAddresses(Addresses.parse(ipv6()))
                  .setKernel(
                      KernelInterface.newBuilder()
                          .setNetns(namespace.file().toString())
                          .setName("eth1"))
                  .build()));
    }

    @Override
    public void close() {
      namespace.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    anna = new Guest(0x31);
    bert = new Guest(0x32);
    carl = new Guest(0x33);
    west = new NodeScene(directory, "west", true, Scene.ALICE);
    east = new NodeScene(directory, "east", false, Scene.BOB);
    anna.join(west.daemon(), "anna");
    bert.join(west.daemon(), "bert");
    carl.join(east.daemon(), "carl");
    join(west, "192.0.2.1", "east", "192.0.2.2", carl);
    join(east, "192.0.2.2", "west", "192.0.2.1", anna);
    west.awaitNeighbours();
    east.awaitNeighbours();
  }

  private static void join(NodeScene node, String own, String other, String address, Guest guest) {
    node.daemon()
        .apply(
            node.uplink(own),
            NodeScene.node(other, address),
            upsertRoute(NodeScene.NETWORK, guest.ipv4() + "/32", toNode(other)),
            upsertRoute(NodeScene.NETWORK, guest.ipv6() + "/128", toNode(other)));
  }

  @AfterEach
  void stop() {
    west.close();
    east.close();
    anna.close();
    bert.close();
    carl.close();
  }

  @Test
  void shouldAnswerEveryPingOnANodeAndAcrossNodes() {
    for (Guest other : new Guest[] {bert, carl}) {
      anna.namespace().ping(other.ipv4(), PINGS, 56);
      anna.namespace().ping(other.ipv6(), PINGS, 56);
      anna.namespace().ping(other.ipv4(), PINGS, MTU_BYTES - PING4_BYTES);
      anna.namespace().ping(other.ipv6(), PINGS, MTU_BYTES - PING6_BYTES);
    }
    anna.namespace().ping("172.19.0.1", PINGS, 56);
    anna.namespace().ping("fd00:19::1", PINGS, 56);
    west.awaitBalance();
    east.awaitBalance();
  }

  @Test
  void shouldCarryTcpBothWaysOnANode() throws Exception {
    exchange(anna, bert, bert.ipv4());
    exchange(anna, bert, bert.ipv6());
    west.awaitBalance();
  }

  @Test
  void shouldCarryTcpBothWaysAcrossNodes() throws Exception {
    exchange(anna, carl, carl.ipv4());
    exchange(carl, anna, anna.ipv6());
    west.awaitBalance();
    east.awaitBalance();
  }

  private static void exchange(Guest client, Guest server, String address) throws Exception {
    try (PodConnection connection =
        PodConnection.open(client.namespace(), server.namespace(), address)) {
      connection.exchange(STREAM_BYTES);
    }
  }

  @Test
  void shouldCarryDatagramsOfAnySizeOnANodeAndAcrossNodes() throws Exception {
    for (Guest other : new Guest[] {bert, carl}) {
      echoDatagrams(anna.ipv4(), other, other.ipv4());
      echoDatagrams(anna.ipv6(), other, other.ipv6());
    }
    west.awaitBalance();
    east.awaitBalance();
  }

  /** Those beyond the MTU go in fragments. */
  private void echoDatagrams(String from, Guest other, String to) throws Exception {
    Random random = new Random(7);
    ByteBuffer received = ByteBuffer.allocate(1 << 16);
    try (DatagramChannel client = PodConnection.udp(anna.namespace(), from, 4000);
        DatagramChannel server = PodConnection.udp(other.namespace(), to, 4001)) {
      for (int bytes : new int[] {0, 1, 511, 1402, 1422, 1423, 4000, 9000}) {
        byte[] payload = new byte[bytes];
        random.nextBytes(payload);
        client.send(
            ByteBuffer.wrap(payload), new InetSocketAddress(InetAddress.getByName(to), 4001));
        InetSocketAddress sender = PodConnection.await(server, received);
        assertThat(received).isEqualTo(ByteBuffer.wrap(payload));
        server.send(received, sender);
        PodConnection.await(client, received);
        assertThat(received).isEqualTo(ByteBuffer.wrap(payload));
      }
    }
  }

  @Test
  void shouldCarryPacketsBetweenAKernelPodAndAMemifPod() throws Exception {
    byte[] routerMac = {2, 0x48, 0x45, 0x44, 0x44, 0x4c};
    ByteBuffer received = ByteBuffer.allocate(1 << 16);
    try (DatagramChannel anna4243 = PodConnection.udp(anna.namespace(), anna.ipv4(), 4243)) {
      for (int number = 0; number < PINGS; number++) {
        byte[] frame = Frames.udp(routerMac, Scene.ALICE, anna.address(), number, 60 + 50 * number);
        west.pod().awaitSend(frame);
        InetSocketAddress sender = PodConnection.await(anna4243, received);
        assertThat(sender.getAddress().getHostAddress()).isEqualTo(Scene.ALICE.toString());
        byte[] payload = Arrays.copyOfRange(frame, 42, frame.length);
        assertThat(received).isEqualTo(ByteBuffer.wrap(payload));

        anna4243.send(received, sender);
        byte[] answer = west.pod().awaitFrame();
        assertThat(Arrays.copyOfRange(answer, 42, answer.length)).isEqualTo(payload);
        assertThat(udpSum(answer)).as("sum with the checksum").isEqualTo(0xffff);
      }
    }
    west.awaitBalance();
  }

  /** One's complement sum of a UDP packet and its pseudo-header (RFC 768), without options. */
  private static int udpSum(byte[] frame) {
    int udpBytes = frame.length - 34;
    ByteBuffer padded = ByteBuffer.allocate(8 + udpBytes + udpBytes % 2);
    padded.put(frame, 26, 8).put(frame, 34, udpBytes).rewind();
    int sum = 17 + udpBytes;
    while (padded.hasRemaining()) {
      sum += Short.toUnsignedInt(padded.getShort());
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (sum & 0xffff) + (sum >>> 16);
  }
}
