package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.v1.CaptureStatus;
import dev.heddle.api.v1.StartCaptureRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures that cannot be had as told, and those that something comes in the way of. */
class CaptureFailuresIT {
  private static final Frames.Address POD = new Frames.Address(0xac13_010a, new byte[6]);
  private static final Frames.Address PEER = new Frames.Address(0xac13_0214, new byte[6]);
  private static final int FRAME_BYTES = 1000;
  private static final int TOO_MANY = 9;

  @TempDir Path directory;

  private RouterScene scene;

  @BeforeEach
  void start() {
    scene = new RouterScene(directory, true);
  }

  @AfterEach
  void stop() {
    scene.close();
  }

  private StartCaptureRequest.Builder request(Path file) {
    return StartCaptureRequest.newBuilder().setInterface("pod").setFile(file.toString());
  }

  private ThrowingCallable start(StartCaptureRequest.Builder request) {
    return () -> scene.client().startCapture(request.build());
  }

  private void assertRefused(StartCaptureRequest.Builder request, String start, String end) {
    assertThatThrownBy(start(request))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageStartingWith(start)
        .hasMessageEndingWith(end);
  }

  @Test
  void shouldNameFieldAndRemedyAndLeaveNothingWhenRequestMakesNoSense() throws IOException {
    Path file = directory.resolve("f.pcapng");
    assertRefused(
        request(file).setInterface("no\nbody"),
        "NOT_FOUND: capture: interface no?body: there is no such interface",
        "heddle show interface lists all");
    assertRefused(
        request(file).setFilter("tcp prt 80"),
        "INVALID_ARGUMENT: capture: filter tcp prt 80: ",
        "see pcap-filter(7)");
    assertRefused(
        request(file).setSnapBytes(-1),
        "INVALID_ARGUMENT: capture: snap_bytes 4294967295: ",
        "no packet is longer than 131072");
    assertRefused(
        request(Path.of("f.pcapng")),
        "INVALID_ARGUMENT: capture: file f.pcapng: ",
        "not an absolute path; give one");
    assertRefused(
        request(directory.resolve("none/f.pcapng")),
        "INVALID_ARGUMENT: capture: file ",
        "its directory does not exist; create it");
    assertThat(file).doesNotExist();
    Files.writeString(file, "somebody's");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    for (Path there : List.of(file, link)) {
      assertRefused(
          request(there),
          "ALREADY_EXISTS: capture: file " + there.toString().substring(0, 20),
          "is there already; remove it or choose another one");
    }
    assertThat(file).hasContent("somebody's");
    assertThatThrownBy(() -> scene.client().stopCapture(7))
        .hasMessage(
            "NOT_FOUND: capture: number 7: there is no such capture; heddle capture list lists all");
    assertThat(scene.client().captures()).isEmpty();
  }

  @Test
  void shouldRefuseOneMoreWhenManyAreUnderWay() {
    for (int number = 1; number < TOO_MANY; number++) {
      assertThat(scene.client().startCapture(request(directory.resolve("f" + number)).build()))
          .extracting(CaptureStatus::getNumber)
          .isEqualTo(number);
    }
    assertRefused(
        request(directory.resolve("one-more")),
        "RESOURCE_EXHAUSTED: capture: interface pod: 8 captures are under way",
        "stop one");
    assertThat(directory.resolve("one-more")).doesNotExist();
    scene.client().stopCapture(1);
    assertThat(scene.client().startCapture(request(directory.resolve("one-more")).build()))
        .extracting(CaptureStatus::getNumber)
        .isEqualTo(TOO_MANY);
  }

  @Test
  void shouldEndAtAWholePacketWhenFileSystemIsFull() throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=256k", "none", small.toString());
    try {
      Path file = small.resolve("f.pcapng");
      Path other = directory.resolve("other.pcapng");
      int full = scene.client().startCapture(request(file).build()).getNumber();
      int fine = scene.client().startCapture(request(other).build()).getNumber();
      int sent = 0;
      while (scene.client().captures().getFirst().getRunning()) {
        scene.pod().awaitSend(packet(sent++));
        scene.pod().receiveAll();
      }
      CaptureStatus status = scene.client().stopCapture(full);
      assertThat(status.getEnded()).isEqualTo("failed: No space left on device");
      assertThat(Tshark.column(file, "frame.number")).isNotEmpty();
      assertThat(scene.client().stopCapture(fine).getEnded()).isEqualTo("stopped");
      assertThat(Tshark.column(other, "frame.number")).hasSizeGreaterThanOrEqualTo(sent);
    } finally {
      run("umount", small.toString());
    }
  }

  @Test
  void shouldHaveIpPacketsOnlyWhenInterfaceHasNoEthernet() {
    Path file = directory.resolve("ip.pcapng");
    int number =
        scene
            .client()
            .startCapture(request(file).setFilter("udp and dst 172.19.2.20").build())
            .getNumber();
    for (int i = 0; i < 5; i++) {
      scene.pod().awaitSend(packet(i));
    }
    scene.pod().awaitSent();
    Await.until("all are counted", () -> scene.counts("pod").get("rx-packets") >= 5);
    CaptureStatus status = scene.client().stopCapture(number);
    assertThat(status.getPackets()).isEqualTo(5);
    assertThat(Tshark.read(file, "frame.protocols", "frame.len", "frame.comment"))
        .containsOnly(
            List.of(
                "raw:ip:udp:data",
                Integer.toString(FRAME_BYTES - Frames.ETHERNET_BYTES),
                "dropped: no-route (no route of this network matches the destination)"));
  }

  private static byte[] packet(int number) {
    byte[] frame = Frames.udp(new byte[6], POD, PEER, number, FRAME_BYTES);
    return Arrays.copyOfRange(frame, Frames.ETHERNET_BYTES, frame.length);
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
