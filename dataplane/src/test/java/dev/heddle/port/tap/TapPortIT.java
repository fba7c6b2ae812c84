package dev.heddle.port.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.NetworkNamespace;
import dev.heddle.ffi.linux.Tun;
import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Icmp;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers with taps, and the kernels of network namespaces behind those; needs root. */
class TapPortIT {
  private static final int A = 0;
  private static final int B = 1;
  private static final int M = 2;
  private static final int ENDPOINTS = 3;
  private static final int PINGS = 200;
  private static final int SMALL_BYTES = 56;
  private static final int LARGEST_BYTES = TapWorld.MTU_BYTES - 28;
  private static final int LARGEST6_BYTES = TapWorld.MTU_BYTES - 48;
  private static final int UDP_PORT = 7000;
  private static final int UDP_OFFSET = Ethernet.HEADER_BYTES + Ipv4.HEADER_BYTES;
  private static final int PAYLOAD_OFFSET = UDP_OFFSET + 8;

  @TempDir private Path directory;

  private final List<Tun> taps = new ArrayList<>();
  private PodNamespace a;
  private PodNamespace b;
  private TapWorld world;

  @BeforeEach
  void start() throws Exception {
    a = new PodNamespace();
    b = new PodNamespace();
    world = new TapWorld(directory, 2, ENDPOINTS);
  }

  @AfterEach
  void stop() throws Exception {
    world.close();
    taps.forEach(Tun::close);
    a.remove();
    b.remove();
  }

  private TapPort connect(PodNamespace pod, int endpoint, int queues) throws Exception {
    Tun tap = pod.createTap(PodNamespace.DEVICE, queues);
    taps.add(tap);
    pod.configure(PodNamespace.DEVICE, endpoint);
    return world.attach(endpoint, tap);
  }

  /** Packets that were not for the router. */
  private long received(int pod) {
    return world.count(pod, InterfaceCounter.RX_PACKETS)
        - world.count(pod, InterfaceCounter.CONSUMED);
  }

  /** Echo requests and replies passed, which were all that A and B sent but for ARP. */
  private void assertForwarded(long echos) {
    TapWorld.await(() -> received(A) == echos && received(B) == echos);
    world.awaitBalance();
    for (int pod : new int[] {A, B}) {
      long answers = world.count(pod, InterfaceCounter.ORIGINATED);
      assertThat(world.count(pod, InterfaceCounter.TX_PACKETS) - answers).isEqualTo(echos);
      assertThat(world.dropped(pod)).isZero();
    }
  }

  @Test
  void shouldCarryPingsBetweenKernels() throws Exception {
    connect(a, A, 1);
    connect(b, B, 1);
    a.ping(TapWorld.address4(B), PINGS, SMALL_BYTES);
    b.ping(TapWorld.address4(A), PINGS, LARGEST_BYTES);
    assertForwarded(2 * PINGS);
  }

  @Test
  void shouldCarryPingsOverIpv6() throws Exception {
    connect(a, A, 1);
    connect(b, B, 1);
    a.configure6(PodNamespace.DEVICE, A);
    b.configure6(PodNamespace.DEVICE, B);
    a.ping(TapWorld.address6(B), PINGS, SMALL_BYTES);
    b.ping(TapWorld.address6(A), PINGS, LARGEST6_BYTES);
    world.awaitBalance();
    assertThat(world.count(A, InterfaceCounter.TX_PACKETS)).isGreaterThanOrEqualTo(2 * PINGS);
    assertThat(world.count(B, InterfaceCounter.TX_PACKETS)).isGreaterThanOrEqualTo(2 * PINGS);
  }

  @Test
  void shouldSpreadPacketsOverQueuesAndWorkers() throws Exception {
    connect(a, A, 4);
    connect(b, B, 2);
    a.ping(TapWorld.address4(B), PINGS, SMALL_BYTES);
    b.ping(TapWorld.address4(A), PINGS, SMALL_BYTES);
    assertForwarded(2 * PINGS);
  }

  @Test
  void shouldWakeWorkersWhenSinglePacketsCome() throws Exception {
    connect(a, A, 1);
    connect(b, B, 1);
    for (int i = 0; i < PINGS; i++) {
      a.ping(TapWorld.address4(B), 1, SMALL_BYTES);
    }
    assertForwarded(PINGS);
  }

  @Test
  void shouldGiveTheKernelWhatAMemifPodSends() throws Exception {
    connect(a, A, 1);
    LoopbackLink memif = world.attachLoopback(M);
    try (DatagramChannel socket = NetworkNamespace.call(a.path(), () -> bind(A))) {
      ByteBuffer buffer = ByteBuffer.allocate(2048);
      for (int bytes = 1; bytes <= 1400; bytes += 7) {
        sendDatagram(memif, bytes);
        buffer.clear();
        socket.receive(buffer);
        assertThat(buffer.flip().remaining()).isEqualTo(bytes);
        for (int i = 0; i < bytes; i++) {
          assertThat(buffer.get(i)).isEqualTo((byte) (bytes + i));
        }
      }
    }
    TapWorld.await(() -> world.count(M, InterfaceCounter.RX_PACKETS) == 200);
    world.awaitBalance();
    assertThat(world.count(A, InterfaceCounter.TX_PACKETS)).isEqualTo(200);
    assertThat(world.count(A, InterfaceCounter.TX_BYTES))
        .isEqualTo(world.count(M, InterfaceCounter.RX_BYTES));
    assertThat(world.dropped(A) + world.dropped(M)).isZero();
  }

  private static DatagramChannel bind(int endpoint) {
    try {
      return DatagramChannel.open()
          .bind(new InetSocketAddress(TapWorld.address4(endpoint), UDP_PORT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sendDatagram(LoopbackLink memif, int payloadBytes) {
    TapWorld.await(() -> memif.room() > 0);
    long frame = memif.nextBuffer();
    int bytes = PAYLOAD_OFFSET + payloadBytes;
    Ethernet.write(frame, world.routerMac(M), TapWorld.mac(M), Ethernet.TYPE_IPV4);
    Ipv4.write(
        frame + Ethernet.HEADER_BYTES,
        0,
        bytes - Ethernet.HEADER_BYTES,
        64,
        IpProtocol.UDP,
        TapWorld.FIRST_ADDRESS + M,
        TapWorld.FIRST_ADDRESS + A);
    Memory.putShortBe(frame + UDP_OFFSET, 5000);
    Memory.putShortBe(frame + UDP_OFFSET + 2, UDP_PORT);
    Memory.putShortBe(frame + UDP_OFFSET + 4, 8 + payloadBytes);
    Memory.putShortBe(frame + UDP_OFFSET + 6, 0);
    for (int i = 0; i < payloadBytes; i++) {
      Memory.putByte(frame + PAYLOAD_OFFSET + i, (byte) (payloadBytes + i));
    }
    memif.send(bytes);
  }

  @Test
  void shouldGiveAMemifPodWhatTheKernelSends() throws Exception {
    connect(a, A, 1);
    LoopbackLink memif = world.attachLoopback(M);
    Process ping = a.start("ping", "-c1", "-W60", "-s100", "-p7e", TapWorld.address4(M));
    TapWorld.await(() -> memif.pending() > 0);
    long frame = memif.pendingPacket();
    long ip = frame + Ethernet.HEADER_BYTES;
    assertThat(memif.pendingBytes()).isEqualTo(Ethernet.HEADER_BYTES + 128);
    assertThat(Ethernet.destination(frame)).isEqualTo(TapWorld.mac(M));
    assertThat(Ethernet.source(frame)).isEqualTo(world.routerMac(M));
    assertThat(Ipv4.source(ip)).isEqualTo(TapWorld.FIRST_ADDRESS + A);
    assertThat(Ipv4.destination(ip)).isEqualTo(TapWorld.FIRST_ADDRESS + M);
    assertThat(Ipv4.timeToLive(ip)).isEqualTo(63);
    for (int i = 16; i < 100; i++) {
      assertThat(Memory.getByte(ip + 28 + i)).isEqualTo((byte) 0x7e);
    }
    answerEcho(memif, frame);
    assertThat(ping.waitFor()).isZero();
    TapWorld.await(() -> world.count(M, InterfaceCounter.RX_PACKETS) == 1);
    world.awaitBalance();
    assertThat(world.count(M, InterfaceCounter.TX_PACKETS)).isEqualTo(1);
  }

  private void answerEcho(LoopbackLink memif, long request) {
    long frame = memif.nextBuffer();
    Memory.copy(request, frame, Ethernet.HEADER_BYTES + 128);
    Ethernet.write(frame, world.routerMac(M), TapWorld.mac(M), Ethernet.TYPE_IPV4);
    Ipv4.write(
        frame + Ethernet.HEADER_BYTES,
        0,
        128,
        64,
        IpProtocol.ICMP,
        TapWorld.FIRST_ADDRESS + M,
        TapWorld.FIRST_ADDRESS + A);
    long message = frame + UDP_OFFSET;
    int rest = Memory.getInt(message + 4);
    Icmp.write(message, Icmp.ECHO_REPLY, 0, Integer.reverseBytes(rest), 108);
    memif.collect();
    memif.send(Ethernet.HEADER_BYTES + 128);
  }

  @Test
  void shouldDropWhatATapThatIsDownCannotTake() throws Exception {
    connect(a, A, 1);
    LoopbackLink memif = world.attachLoopback(M);
    a.ip("link", "set", PodNamespace.DEVICE, "down");
    for (int i = 0; i < 100; i++) {
      sendDatagram(memif, 10);
    }
    TapWorld.await(() -> world.dropped(A, DropReason.TX_INTERFACE_DOWN) == 100);
    a.ip("link", "set", PodNamespace.DEVICE, "up");
    a.ping(TapWorld.GATEWAY4, PINGS, SMALL_BYTES);
    sendDatagram(memif, 10);
    TapWorld.await(() -> passed() == 1);
    world.awaitBalance();
    assertThat(world.dropped(A)).isEqualTo(100);
  }

  /** Packets of others that A was given. */
  private long passed() {
    return world.count(A, InterfaceCounter.TX_PACKETS)
        - world.count(A, InterfaceCounter.ORIGINATED);
  }

  @Test
  void shouldTellWhenTheDeviceIsDeletedAndHurtNobodyElse() throws Exception {
    Tun tap = a.createTap(PodNamespace.DEVICE, 2);
    taps.add(tap);
    a.configure(PodNamespace.DEVICE, A);
    AtomicInteger told = new AtomicInteger();
    TapPort port = world.attach(A, tap, told::incrementAndGet);
    connect(b, B, 1);
    LoopbackLink memif = world.attachLoopback(M);
    assertThat(port.isLost()).isFalse();
    a.ip("link", "delete", PodNamespace.DEVICE);
    TapWorld.await(() -> told.get() > 0);
    assertThat(port.isLost()).isTrue();
    sendDatagram(memif, 10);
    TapWorld.await(() -> world.dropped(A, DropReason.TX_INTERFACE_DOWN) == 1);
    world.detach(A);
    sendDatagram(memif, 10);
    TapWorld.await(() -> world.dropped(A, DropReason.TX_INTERFACE_DOWN) == 2);
    b.ping(TapWorld.GATEWAY4, PINGS, SMALL_BYTES);
    world.awaitBalance();
  }

  @Test
  void shouldDropFramesThatAreLongerThanAnyInterfaceCarries() throws Exception {
    connect(a, A, 1);
    connect(b, B, 1);
    a.ip("link", "set", PodNamespace.DEVICE, "mtu", "20000");
    a.exec(
        "sh", "-c", "ping -c5 -i0.002 -W0.01 -Mdo -s15000 -q " + TapWorld.address4(B) + "; true");
    TapWorld.await(() -> world.dropped(A, DropReason.RX_TOO_LONG) == 5);
    a.ping(TapWorld.address4(B), PINGS, LARGEST_BYTES);
    world.awaitBalance();
    assertThat(world.dropped(A)).isEqualTo(5);
  }
}
