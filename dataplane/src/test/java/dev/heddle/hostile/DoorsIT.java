package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.v1.Memif;
import dev.heddle.ffi.linux.NetworkNamespace;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * All ways in at once, through a whole daemon: a pod in a network namespace of its own, an abstract
 * socket there, a secret, packets without Ethernet headers. Needs root.
 */
class DoorsIT {
  private static final Frames.Address ALICE = Frames.Address.ofPod(2);
  private static final Frames.Address BOB = Frames.Address.ofPod(3);
  private static final Frames.Address GATEWAY = Frames.Address.ofPod(1);
  private static final int ID = 7;
  private static final String SECRET = "open sesame";
  private static final int IP_BYTES = 20;
  private static final int PACKETS = 500;

  @TempDir private Path directory;

  private final UnixAddress socket = UnixAddress.ofAbstract("heddle-" + UUID.randomUUID());
  private Process process;
  private Path namespace;
  private PodScene scene;

  @BeforeEach
  void start() throws Exception {
    process = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat").start();
    assertThat(process.inputReader().readLine()).isEqualTo("ready");
    namespace = NetworkNamespace.ofProcess(process.pid());
    scene = new PodScene(directory, 2);
  }

  @AfterEach
  void stop() throws Exception {
    scene.close();
    process.destroyForcibly().waitFor();
  }

  private void addAlice(boolean podIsServer, Memif.Mode mode) {
    scene.addEndpoint(
        "alice",
        ALICE,
        Memif.newBuilder()
            .setRole(PodScene.role(podIsServer))
            .setSocket(socket.toString())
            .setNetns(namespace.toString())
            .setId(ID)
            .setSecret(SECRET)
            .setMode(mode));
  }

  /** Connects Alice's pod from inside its namespace, in either role. */
  private Pod connectAlice(boolean podIsServer, Memif.Mode mode) {
    int wireMode = mode == Memif.Mode.MODE_IP ? ControlWire.MODE_IP : ControlWire.MODE_ETHERNET;
    if (!podIsServer) {
      addAlice(false, mode);
      return NetworkNamespace.call(
          namespace, () -> ClientPod.connect(socket, ID, wireMode, SECRET));
    }
    try (SeqpacketSocket listener =
        NetworkNamespace.call(namespace, () -> ControlLine.listen(socket))) {
      addAlice(true, mode);
      ServerPod pod = ServerPod.accept(listener);
      assertThat(ControlWire.id(pod.introduction())).isEqualTo(ID);
      assertThat(ControlWire.mode(pod.introduction())).isEqualTo(wireMode);
      assertThat(ControlWire.secret(pod.introduction())).isEqualTo(SECRET);
      return pod;
    }
  }

  @ParameterizedTest(name = "pod is server: {0}, {1}")
  @CsvSource({"false, MODE_IP", "true, MODE_IP", "false, MODE_ETHERNET", "true, MODE_ETHERNET"})
  void shouldAnswerAndForwardWhenPodHasKeyAndDoor(boolean podIsServer, Memif.Mode mode) {
    int header = mode == Memif.Mode.MODE_IP ? Frames.ETHERNET_BYTES : 0;
    try (Pod alice = connectAlice(podIsServer, mode);
        Pod bob = scene.add("bob", BOB, false)) {
      scene.awaitServed(2);
      byte[] routerMac = Gateway.resolve(bob, BOB);
      for (int number = 0; number < PACKETS; number++) {
        byte[] request = ping(routerMac, number);
        alice.awaitSend(Arrays.copyOfRange(request, header, request.length));
        assertIsReply(request, alice.awaitFrame(), header);

        byte[] there = Frames.udp(routerMac, ALICE, BOB, number, 80 + number);
        alice.awaitSend(Arrays.copyOfRange(there, header, there.length));
        assertThat(bob.awaitFrame()).isEqualTo(Frames.routed(there, routerMac, BOB));

        byte[] back = Frames.udp(routerMac, BOB, ALICE, number, 80 + number);
        bob.awaitSend(back);
        byte[] arrived = Frames.routed(back, routerMac, ALICE);
        assertThat(alice.awaitFrame())
            .isEqualTo(Arrays.copyOfRange(arrived, header, arrived.length));
      }
    }
    scene.awaitBalance();
  }

  @Test
  void shouldRefuseAndCountWhenSecretIsWrong() {
    addAlice(false, Memif.Mode.MODE_IP);
    for (String wrong : new String[] {"", "open sesam", "open sesame!"}) {
      try (ControlLine line = NetworkNamespace.call(namespace, () -> ControlLine.to(socket))) {
        line.expect(ControlWire.HELLO);
        line.send(ControlWire.init(ControlWire.VERSION, ID, ControlWire.MODE_IP, wrong));
        assertThat(line.awaitEnd()).contains("secret").doesNotContain(SECRET);
      }
    }
    assertThat(scene.happened("alice", "memif-secret")).isEqualTo(3);
    assertThat(scene.happened("alice", "memif-connects")).isZero();

    NetworkNamespace.call(
            namespace, () -> ClientPod.connect(socket, ID, ControlWire.MODE_IP, SECRET))
        .close();
    Await.until("the connection", () -> scene.happened("alice", "memif-connects") == 1);
  }

  @Test
  void shouldBeOutOfReachWhenSocketIsInAnotherNamespace() {
    addAlice(false, Memif.Mode.MODE_ETHERNET);

    assertThatThrownBy(() -> SeqpacketSocket.connect(socket)).hasMessageContaining("ECONNREFUSED");
  }

  /** An ICMP echo request to the gateway (RFC 792), with an Ethernet header. */
  private static byte[] ping(byte[] routerMac, int number) {
    byte[] frame = Frames.udp(routerMac, ALICE, GATEWAY, number, 98);
    ByteBuffer icmp = icmp(frame);
    frame[Frames.ETHERNET_BYTES + 9] = 1;
    icmp.put(0, (byte) 8).put(1, (byte) 0).putShort(2, (short) 0);
    icmp.putShort(4, (short) ALICE.ip()).putShort(6, (short) number);
    icmp.putShort(2, (short) ~sum(icmp));
    Frames.setChecksum(frame);
    return frame;
  }

  private static ByteBuffer icmp(byte[] frame) {
    int start = Frames.ETHERNET_BYTES + IP_BYTES;
    return ByteBuffer.wrap(frame, start, frame.length - start).slice();
  }

  /** The Internet checksum's sum (RFC 1071) of an even number of bytes. */
  private static int sum(ByteBuffer bytes) {
    int sum = 0;
    for (int i = 0; i < bytes.limit(); i += 2) {
      sum += Short.toUnsignedInt(bytes.getShort(i));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (sum & 0xffff) + (sum >>> 16);
  }

  /**
   * @param header bytes of an Ethernet header that the reply lacks
   */
  private static void assertIsReply(byte[] request, byte[] reply, int header) {
    assertThat(reply).hasSize(request.length - header);
    byte[] frame = new byte[request.length];
    System.arraycopy(reply, 0, frame, header, reply.length);
    ByteBuffer asked = ByteBuffer.wrap(request);
    ByteBuffer answered = ByteBuffer.wrap(frame);
    int ip = Frames.ETHERNET_BYTES;
    assertThat(frame[ip + 9]).isEqualTo((byte) 1);
    assertThat(answered.getInt(ip + 12)).isEqualTo(GATEWAY.ip());
    assertThat(answered.getInt(ip + 16)).isEqualTo(ALICE.ip());
    assertThat(sum(answered.slice(ip, IP_BYTES))).isEqualTo(0xffff);
    assertThat(sum(icmp(frame))).isEqualTo(0xffff);
    assertThat(icmp(frame).get(0)).isZero();
    int data = ip + IP_BYTES + 4;
    assertThat(answered.slice(data, frame.length - data))
        .isEqualTo(asked.slice(data, request.length - data));
  }
}
