package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.Memfd;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.port.memif.channel.LinkRefusal;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client pod may try before it is connected. */
class HostileHandshakeIT {
  /** As many as one pod may connect before it has to wait. */
  private static final int ROUNDS = 25;

  private static final int VICTIMS_FRAMES = 2_000;
  private static final long HUGE_PAGE_BYTES = 2L << 20;
  private static final long SPARSE_BYTES = 64L << 30;
  private static final int MOST_FDS = 253;

  /** What a pod does with a fresh connection and memory of its own. */
  private interface Attack {
    void on(ControlLine control, PodMemory memory);
  }

  static Stream<Arguments> attacks() {
    return Stream.concat(messages(), Stream.concat(regions(), rings()));
  }

  private static Stream<Arguments> messages() {
    return Stream.of(
        row(
            "half a message",
            LinkRefusal.MESSAGE_SIZE,
            (control, memory) -> {
              control.send(new byte[ControlWire.MESSAGE_BYTES / 2]);
            }),
        row(
            "an oversized message",
            LinkRefusal.MESSAGE_SIZE,
            (control, memory) -> {
              control.send(new byte[4096]);
            }),
        row(
            "garbage",
            LinkRefusal.MESSAGE_TYPE,
            (control, memory) -> {
              byte[] garbage = new byte[ControlWire.MESSAGE_BYTES];
              new Random(1).nextBytes(garbage);
              garbage[1] = 0x7f;
              control.send(garbage);
            }),
        row(
            "the end before the beginning",
            LinkRefusal.MESSAGE_ORDER,
            (control, memory) -> {
              control.send(ControlWire.connect());
            }),
        row(
            "an introduction twice",
            LinkRefusal.MESSAGE_ORDER,
            (control, memory) -> {
              ClientPod.introduce(control, 0);
              control.send(ControlWire.init(ControlWire.VERSION, 0, 0, ""));
            }),
        row(
            "many messages at once",
            LinkRefusal.MESSAGE_ORDER,
            (control, memory) -> {
              control.flood(ControlWire.ack(), 10_000);
            }),
        row(
            "descriptors with a message that has none",
            LinkRefusal.DESCRIPTOR_EXTRA,
            (control, memory) -> {
              byte[] init = ControlWire.init(ControlWire.VERSION, 0, 0, "");
              control.send(init, copies(memory.memfd(), 1));
            }),
        row(
            "many descriptors",
            LinkRefusal.DESCRIPTOR_EXTRA,
            (control, memory) -> {
              ClientPod.introduce(control, 0);
              control.send(
                  ControlWire.addRegion(0, PodMemory.BYTES), copies(memory.memfd(), MOST_FDS));
            }),
        row(
            "many descriptors with garbage",
            LinkRefusal.MESSAGE_SIZE,
            (control, memory) -> {
              control.send(new byte[1], copies(memory.memfd(), MOST_FDS));
            }));
  }

  private static Stream<Arguments> regions() {
    return Stream.of(
        row(
            "a file smaller than declared",
            LinkRefusal.REGION_SHORT,
            (control, memory) -> {
              offerRegion(control, memory.memfd(), PodMemory.BYTES + 4096);
            }),
        row(
            "a file that can shrink",
            LinkRefusal.REGION_UNSEALED,
            (control, memory) -> {
              int unsealed = Memfd.create("hostile-unsealed", PodMemory.BYTES);
              offerRegion(control, unsealed, PodMemory.BYTES);
              FileDescriptors.close(unsealed);
            }),
        row(
            "a sparse file of many GiB",
            LinkRefusal.REGION_SIZE,
            (control, memory) -> {
              int sparse = Memfd.create("hostile-sparse", SPARSE_BYTES);
              Memfd.addSeals(sparse, Memfd.SEAL_SHRINK);
              offerRegion(control, sparse, SPARSE_BYTES);
              FileDescriptors.close(sparse);
            }),
        row(
            "a size beyond 63 bits",
            LinkRefusal.REGION_SIZE,
            (control, memory) -> {
              offerRegion(control, memory.memfd(), -4096);
            }),
        row(
            "huge pages",
            LinkRefusal.REGION_HUGETLB,
            (control, memory) -> {
              int huge = HugePages.create();
              Memfd.resize(huge, HUGE_PAGE_BYTES);
              Memfd.addSeals(huge, Memfd.SEAL_SHRINK);
              offerRegion(control, huge, HUGE_PAGE_BYTES);
              FileDescriptors.close(huge);
            }),
        row(
            "a socket as memory",
            LinkRefusal.REGION_UNMAPPABLE,
            (control, memory) -> {
              SeqpacketSocket[] pair = SeqpacketSocket.pair();
              offerRegion(control, pair[0].fd(), PodMemory.BYTES);
              pair[0].close();
              pair[1].close();
            }));
  }

  private static Stream<Arguments> rings() {
    int log2 = PodMemory.LOG2_RING_SIZE;
    return Stream.of(
        ring("a huge ring", LinkRefusal.RING_SIZE, 0, 30),
        ring("a ring of 2^255", LinkRefusal.RING_SIZE, 0, 255),
        ring("a ring past the region", LinkRefusal.RING_PLACE, PodMemory.BYTES - 64, log2),
        ring("a ring far away", LinkRefusal.RING_PLACE, 0xffff_ffc0L, log2),
        ring("a ring between cache lines", LinkRefusal.RING_PLACE, 4, log2),
        row(
            "a ring in another region",
            LinkRefusal.RING_PLACE,
            (control, memory) -> {
              ClientPod.introduce(control, 0);
              acceptRegion(control, memory);
              control.send(ControlWire.addRing(true, 0, 1, 0, log2, 0), memory.toDaemonEvent());
            }),
        row(
            "memory as interrupt",
            LinkRefusal.RING_INTERRUPT,
            (control, memory) -> {
              ClientPod.introduce(control, 0);
              acceptRegion(control, memory);
              control.send(ControlWire.addRing(true, 0, 0, 0, log2, 0), memory.memfd());
            }),
        row(
            "no ring where it should be",
            LinkRefusal.RING_COOKIE,
            (control, memory) -> {
              memory.fromDaemon().setCookie(0);
              ClientPod.introduce(control, 0);
              ClientPod.share(control, memory);
              control.send(ControlWire.connect());
            }),
        row(
            "no ring at all",
            LinkRefusal.RING_MISSING,
            (control, memory) -> {
              ClientPod.introduce(control, 0);
              acceptRegion(control, memory);
              control.send(ControlWire.connect());
            }));
  }

  private static Arguments ring(String name, LinkRefusal refusal, long offset, int log2Size) {
    return row(
        name,
        refusal,
        (control, memory) -> {
          ClientPod.introduce(control, 0);
          acceptRegion(control, memory);
          byte[] addRing = ControlWire.addRing(true, 0, 0, offset, log2Size, 0);
          control.send(addRing, memory.toDaemonEvent());
        });
  }

  private static Arguments row(String name, LinkRefusal refusal, Attack attack) {
    return Arguments.of(name, refusal, attack);
  }

  private static void offerRegion(ControlLine control, int fd, long bytes) {
    ClientPod.introduce(control, 0);
    control.send(ControlWire.addRegion(0, bytes), fd);
  }

  private static void acceptRegion(ControlLine control, PodMemory memory) {
    control.send(ControlWire.addRegion(0, PodMemory.BYTES), memory.memfd());
    control.expect(ControlWire.ACK);
  }

  private static int[] copies(int fd, int count) {
    int[] fds = new int[count];
    Arrays.fill(fds, fd);
    return fds;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void shouldRefuseAndKeepNothingWhenOffered(String name, LinkRefusal refusal, Attack attack) {
    try (Scene scene = new Scene(false)) {
      ProcessResources before = ProcessResources.now();
      for (int round = 1; round <= ROUNDS; round++) {
        try (PodMemory memory = new PodMemory();
            ControlLine control = ControlLine.to(scene.hostileSocket())) {
          attack.on(control, memory);
          control.awaitEnd();
        }
        long refusals = round;
        Await.until("the refusal is counted", () -> scene.happened(refusal) == refusals);
      }
      before.awaitGivenBack();
      scene.victims().awaitMore(VICTIMS_FRAMES);
      assertServed(scene);
      scene.assertOthersUnharmed();
      assertThat(scene.drops()).isZero();
    }
  }

  /** Who keeps the rules is served at once, whoever it was before. */
  private static void assertServed(Scene scene) {
    try (Pod reformed = scene.connectHostile()) {
      byte[] frame = scene.fromMallory(Scene.DAVE, 1);
      assertThat(reformed.send(frame)).isTrue();
      assertThat(scene.dave().awaitFrame()).isEqualTo(scene.routed(frame, Scene.DAVE));
      reformed.awaitSent();
    }
  }
}
