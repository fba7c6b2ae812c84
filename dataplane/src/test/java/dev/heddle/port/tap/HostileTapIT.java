package dev.heddle.port.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.Tun;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.port.loopback.LoopbackLink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Root in a pod can do what it likes with its end of the tap: others must not notice. A is that
 * pod, B and C talk to each other, M is a memif peer that only listens. Needs root.
 */
class HostileTapIT {
  private static final int A = 0;
  private static final int B = 1;
  private static final int C = 2;
  private static final int M = 3;
  private static final int ENDPOINTS = 4;
  private static final int PINGS = 100;
  private static final int PING_BYTES = 1000;

  /**
   * Sends frames with a virtio_net_hdr of its own choice through a packet socket, as long as the
   * kernel takes them: to B, to M and to the gateway; prints how many.
   */
  private static final String INJECT =
      """
      import random, socket, struct, sys
      SOL_PACKET, PACKET_VNET_HDR = 263, 15
      device, router, own, source, targets = sys.argv[1:6]
      mac = lambda text: bytes.fromhex(text.replace(":", ""))
      s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
      s.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
      s.bind((device, 0x0800))
      r = random.Random(int(sys.argv[6]))
      sent = 0
      for i in range(20000):
          protocol = r.choice([6, 6, 17, 1])
          payload = r.choice([0, 20, 40, 1400, 3000, 9000, 30000, 60000])
          total = 20 + payload
          ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, total, i & 0xffff, 0, 64, protocol, 0,
                           socket.inet_aton(source),
                           socket.inet_aton(r.choice(targets.split(","))))
          check = sum(struct.unpack(">10H", ip))
          while check >> 16:
              check = (check & 0xffff) + (check >> 16)
          ip = ip[:10] + struct.pack(">H", 0xffff ^ check) + ip[12:]
          body = bytearray(payload)
          if payload >= 20:
              body[12] = r.choice([0x50, 0x50, 0x50, 0xf0, 0x00, 0x10])
              body[13] = r.randrange(256)
          header = struct.pack("<BBHHHH", r.choice([0, 1, 1, 1, 2, 3]),
                               r.choice([0, 1, 1, 1, 4, 5, 0x81]),
                               r.choice([0, 14, 54, 54, 100, 65535]),
                               r.choice([0, 1, 7, 8, 536, 1448, 9000, 65535]),
                               r.choice([0, 14, 34, 34, 34, 54, 1000, 65535]),
                               r.choice([0, 6, 16, 16, 16, 100, 65535]))
          try:
              s.send(header + mac(router) + mac(own) + b"\\x08\\x00" + ip + bytes(body))
              sent += 1
          except OSError:
              pass
      print(sent)
      """;

  @TempDir private Path directory;

  private final List<Tun> taps = new ArrayList<>();
  private final PodNamespace[] pods = new PodNamespace[M];
  private LoopbackLink memif;
  private TapWorld world;

  @BeforeEach
  void start() throws Exception {
    world = new TapWorld(directory, 2, ENDPOINTS);
    for (int i = 0; i < M; i++) {
      pods[i] = new PodNamespace();
      Tun tap = pods[i].createTap(PodNamespace.DEVICE, 1);
      taps.add(tap);
      pods[i].configure(PodNamespace.DEVICE, i);
      world.attach(i, tap);
    }
    memif = world.attachLoopback(M);
  }

  @AfterEach
  void stop() throws Exception {
    world.close();
    taps.forEach(Tun::close);
    for (PodNamespace pod : pods) {
      pod.remove();
    }
  }

  private void assertOthersReachEachOther() throws Exception {
    pods[B].ping(TapWorld.address4(C), PINGS, PING_BYTES);
    pods[C].ping(TapWorld.address4(B), PINGS, PING_BYTES);
  }

  @Test
  void shouldOutliveAnyHeaderBeforePackets() throws Exception {
    Path script = directory.resolve("inject.py");
    Files.writeString(script, INJECT);
    String targets =
        String.join(
            ",", TapWorld.address4(B), TapWorld.address4(M), TapWorld.GATEWAY4, "192.0.2.1");
    for (int seed = 0; seed < 3; seed++) {
      Process injector =
          pods[A].start(
              "python3",
              script.toString(),
              PodNamespace.DEVICE,
              macText(world.routerMac(A)),
              TapWorld.macText(A),
              TapWorld.address4(A),
              targets,
              "" + seed);
      while (injector.isAlive()) {
        collect();
        assertOthersReachEachOther();
      }
      String sent = injector.inputReader().readLine();
      assertThat(sent).matches("[1-9]\\d{2,}");
      assertThat(injector.waitFor()).isZero();
    }
    TapWorld.await(() -> {
      collect();
      return world.dropped(A, DropReason.BAD_OFFLOAD) > 0 && isBalanced();
    });
    assertOthersReachEachOther();
    world.awaitBalance();
    assertThat(world.dropped(A, DropReason.BROKEN_OFF)).isZero();
    assertThat(world.dropped(B, DropReason.TX_REFUSED)).isZero();
    assertThat(world.dropped(C)).isZero();
  }

  private boolean isBalanced() {
    long before = world.count(A, InterfaceCounter.RX_PACKETS);
    world.awaitBalance();
    return world.count(A, InterfaceCounter.RX_PACKETS) == before;
  }

  /** What the memif peer is given is never larger than its network's packets may be. */
  private void collect() {
    while (memif.pending() > 0) {
      assertThat(memif.pendingBytes()).isLessThanOrEqualTo(TapWorld.MTU_BYTES + 14);
      memif.collect();
    }
  }

  private static String macText(long mac) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      text.append(i == 0 ? "" : ":").append("%02x".formatted(mac >>> 8 * i & 0xff));
    }
    return text.toString();
  }

  @Test
  void shouldServeOthersWhenOneFloods() throws Exception {
    Process flood =
        pods[A].start(
            "sh", "-c", "while :; do ping -f -c 5000 -s 1400 " + TapWorld.GATEWAY4 + "; done");
    try {
      TapWorld.await(() -> world.count(A, InterfaceCounter.RX_PACKETS) > 1000);
      assertOthersReachEachOther();
      assertThat(flood.isAlive()).isTrue();
    } finally {
      end(flood);
    }
    world.awaitBalance();
    assertThat(world.dropped(B) + world.dropped(C)).isZero();
  }

  private static void end(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
  }

  @Test
  void shouldServeOthersWhenOneChangesItsDevice() throws Exception {
    String device = PodNamespace.DEVICE;
    Process changes =
        pods[A].start(
            "sh",
            "-c",
            ("while :; do ip link set %1$s down; ip link set %1$s mtu 68; ip link set %1$s up;"
                    + " ip link set %1$s mtu 65521 address 02:00:00:00:00:77;"
                    + " ping -c 2 -i 0.002 -W 0.01 -s 60000 %2$s; ip link set %1$s promisc on;"
                    + " done")
                .formatted(device, TapWorld.GATEWAY4));
    try {
      for (int i = 0; i < 5; i++) {
        pods[B].exec(
            "sh", "-c", "ping -c 50 -i 0.002 -W 0.01 -q " + TapWorld.address4(A) + "; true");
        assertOthersReachEachOther();
      }
      assertThat(changes.isAlive()).isTrue();
    } finally {
      end(changes);
    }
    pods[A].configureAgain(device, A);
    pods[A].ping(TapWorld.address4(B), PINGS, PING_BYTES);
    world.awaitBalance();
    assertThat(world.dropped(B) + world.dropped(C)).isZero();
  }
}
