package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.CaptureStatus;
import dev.heddle.api.v1.StartCaptureRequest;
import dev.heddle.api.v1.StartCaptureRequest.Direction;
import dev.heddle.observe.DropReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures of what pods send and get, as Wireshark reads them. */
class CaptureIT {
  private static final Frames.Address ALICE = Frames.Address.ofPod(2);
  private static final Frames.Address BOB = Frames.Address.ofPod(3);
  private static final int FRAMES = 100;
  private static final int FRAME_BYTES = 100;
  private static final String IN = "0x00000001";
  private static final String OUT = "0x00000002";
  private static final String BAD_CHECKSUM =
      "dropped: ip4-bad-checksum (the header checksum is wrong)";

  @TempDir Path directory;

  private PodScene scene;
  private Pod alice;
  private Pod bob;
  private byte[] routerMac;

  @BeforeEach
  void start() {
    scene = new PodScene(directory, 2);
    alice = scene.add("alice", ALICE, false);
    bob = scene.add("bob", BOB, false);
    scene.awaitServed(2);
    routerMac = Gateway.resolve(alice, ALICE);
    Gateway.resolve(bob, BOB);
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    scene.close();
  }

  private HeddleClient client() {
    return scene.client();
  }

  private Path file(String name) {
    return directory.resolve(name + ".pcapng");
  }

  private StartCaptureRequest.Builder request(String name, String interfaceName) {
    return StartCaptureRequest.newBuilder()
        .setInterface(interfaceName)
        .setFile(file(name).toString());
  }

  private int capture(StartCaptureRequest.Builder request) {
    CaptureStatus status = client().startCapture(request.build());
    assertThat(status.getRunning()).isTrue();
    return status.getNumber();
  }

  private byte[] toBob(int number) {
    return Frames.udp(routerMac, ALICE, BOB, number, FRAME_BYTES);
  }

  private byte[] toAlice(int number) {
    return Frames.udp(routerMac, BOB, ALICE, number, FRAME_BYTES);
  }

  private static byte[] broken(byte[] frame) {
    byte[] broken = frame.clone();
    broken[Frames.ETHERNET_BYTES + 10] ^= 1;
    return broken;
  }

  /** A hundred frames from Alice to Bob, ten of them broken, and a hundred back. */
  private void exchange() {
    for (int number = 0; number < FRAMES; number++) {
      boolean isBroken = number % 10 == 9;
      alice.awaitSend(isBroken ? broken(toBob(number)) : toBob(number));
      if (!isBroken) {
        assertThat(bob.awaitFrame()).isEqualTo(Frames.routed(toBob(number), routerMac, BOB));
      }
      bob.awaitSend(toAlice(number));
      assertThat(alice.awaitFrame()).isEqualTo(Frames.routed(toAlice(number), routerMac, ALICE));
    }
    scene.awaitBalance();
  }

  private CaptureStatus stop(int number, long packets) {
    CaptureStatus status = client().stopCapture(number);
    assertThat(status.getRunning()).isFalse();
    assertThat(status.getEnded()).isEqualTo("stopped");
    assertThat(status.getPackets()).isEqualTo(packets);
    assertThat(status.getLost()).isZero();
    return status;
  }

  @Test
  void shouldHaveEveryByteWithDirectionAndReasonWhenPacketsGoBothWays() {
    int number = capture(request("all", "alice"));
    exchange();
    stop(number, 2 * FRAMES);

    List<List<String>> in = new ArrayList<>();
    List<List<String>> out = new ArrayList<>();
    String length = Integer.toString(FRAME_BYTES);
    for (int i = 0; i < FRAMES; i++) {
      String comment = i % 10 == 9 ? BAD_CHECKSUM : "";
      in.add(List.of("alice", IN, length, comment, payload(toBob(i))));
      out.add(List.of("alice", OUT, length, "", payload(toAlice(i))));
    }
    // Each direction is another worker's.
    List<List<String>> found =
        Tshark.read(
            file("all"),
            "frame.interface_name",
            "frame.packet_flags",
            "frame.len",
            "frame.comment",
            "udp.payload");
    assertThat(found.stream().filter(row -> row.get(1).equals(IN)).toList()).isEqualTo(in);
    assertThat(found.stream().filter(row -> row.get(1).equals(OUT)).toList()).isEqualTo(out);
    assertThat(Tshark.column(file("all"), "ip.ttl")).contains("64", "63").doesNotContain("");
  }

  private static String payload(byte[] frame) {
    return HexFormat.of().formatHex(Arrays.copyOfRange(frame, 42, frame.length));
  }

  @Test
  void shouldTakeOnlyWhatIsMeantWhenCapturesDiffer() {
    int in = capture(request("in", "alice").setDirection(Direction.DIRECTION_IN));
    int out = capture(request("out", "alice").setDirection(Direction.DIRECTION_OUT));
    int drop = capture(request("drop", "alice").setDirection(Direction.DIRECTION_DROP));
    int filtered =
        capture(request("filtered", "bob").setFilter("udp[8:4] < 20 and src 172.19.0.2"));
    int nothing = capture(request("nothing", "bob").setFilter("tcp port 80"));
    int cut = capture(request("cut", "bob").setSnapBytes(64));
    exchange();
    stop(in, FRAMES);
    stop(out, FRAMES);
    stop(drop, FRAMES / 10);
    stop(filtered, 18);
    stop(nothing, 0);
    stop(cut, 190);

    assertThat(Tshark.column(file("in"), "frame.packet_flags")).containsOnly(IN);
    assertThat(Tshark.column(file("out"), "frame.packet_flags")).containsOnly(OUT);
    assertThat(Tshark.column(file("drop"), "frame.comment")).containsOnly(BAD_CHECKSUM);
    assertThat(Tshark.column(file("filtered"), "ip.src")).containsOnly("172.19.0.2");
    assertThat(Tshark.read(file("nothing"), "frame.number")).isEmpty();
    assertThat(Tshark.read(file("cut"), "frame.cap_len", "frame.len"))
        .containsOnly(List.of("64", Integer.toString(FRAME_BYTES)));
  }

  @Test
  void shouldNameReasonWhenReceiverDoesNotDrainItsRing() {
    int drop = capture(request("drop", "bob").setDirection(Direction.DIRECTION_DROP));
    int both = capture(request("both", "bob"));
    Map<String, Long> before = scene.counts("bob");
    for (int number = 0; number < 3 * PodMemory.SLOTS; number++) {
      alice.awaitSend(toBob(number));
      alice.awaitSent();
    }
    scene.awaitBalance();
    Map<String, Long> changes = RouterScene.changes(before, scene.counts("bob"));
    long full = changes.get(DropReason.TX_RING_FULL.label());
    long sent = changes.get("tx-packets");
    stop(drop, full);
    stop(both, full + sent);

    String comment = "dropped: tx-ring-full (the destination does not drain its ring)";
    assertThat(Tshark.read(file("drop"), "frame.packet_flags", "frame.comment"))
        .containsOnly(List.of(OUT, comment));
    List<String> numbers = new ArrayList<>();
    for (int number = 0; number < full + sent; number++) {
      numbers.add(payload(toBob(number)));
    }
    assertThat(Tshark.column(file("both"), "udp.payload")).isEqualTo(numbers);
    assertThat(Collections.frequency(Tshark.column(file("both"), "frame.comment"), comment))
        .isEqualTo((int) full);
  }

  @Test
  void shouldEndItselfWhenItHasItsPacketsOrItsTimeIsOver() {
    int packets = capture(request("packets", "alice").setMaxPackets(7));
    int seconds = capture(request("seconds", "alice").setMaxSeconds(1));
    exchange();
    Await.until(
        "both captures end",
        () -> client().captures().stream().noneMatch(CaptureStatus::getRunning));
    List<CaptureStatus> captures = client().captures();
    assertThat(captures).extracting(CaptureStatus::getNumber).containsExactly(packets, seconds);
    assertThat(captures.get(0).getEnded()).isEqualTo("has its number of packets");
    assertThat(captures.get(1).getEnded()).isEqualTo("its time is over");
    assertThat(Tshark.column(file("packets"), "udp.payload")).hasSize(7);
    // Stopping what has ended changes nothing.
    assertThat(client().stopCapture(packets)).isEqualTo(captures.get(0));
    assertThat(client().stopCapture(packets)).isEqualTo(captures.get(0));
  }

  @Test
  void shouldCompleteFileWhenInterfaceIsRemoved() {
    int number = capture(request("removed", "bob"));
    exchange();
    scene.remove("bob");
    CaptureStatus status = client().stopCapture(number);
    assertThat(status.getEnded()).isEqualTo("its interface was removed");
    assertThat(Tshark.column(file("removed"), "frame.number")).hasSize((int) status.getPackets());
  }

  @Test
  void shouldKeepFilesToItsUserAndLeaveNoRingsWhenCaptureEnds() throws Exception {
    int number = capture(request("private", "alice"));
    Path rings = directory.resolve("counters.rings");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rings)))
        .isEqualTo("rwx------");
    try (var files = Files.list(rings)) {
      assertThat(files.toList())
          .hasSize(2)
          .allSatisfy(ring ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ring)))
                  .isEqualTo("rw-------"));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("private"))))
        .isEqualTo("rw-------");
    client().stopCapture(number);
    assertThat(rings).isEmptyDirectory();
  }
}
