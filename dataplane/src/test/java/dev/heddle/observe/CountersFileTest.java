package dev.heddle.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.Accounting.Balance;
import dev.heddle.api.stats.CountersFileException;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.ProcessIdentity;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.port.memif.LinkEvent;
import dev.heddle.port.memif.channel.MemifEvents;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountersFileTest {
  private static final int WORKERS = 2;
  private static final int MAX_INTERFACES = 16;

  @TempDir Path directory;
  private Path path;
  private CountersFile counters;
  private CountersFileReader reader;

  @BeforeEach
  void create() {
    path = directory.resolve("counters");
    counters = CountersFile.create(path, WORKERS, MAX_INTERFACES, MemifEvents.all());
    reader = CountersFileReader.open(path);
  }

  @AfterEach
  void close() {
    reader.close();
    counters.close();
  }

  @Test
  void shouldReadBackEveryColumnWhenEachHasItsOwnValue() {
    counters.slots().claim(3, "pod-a", "blue");
    for (int worker = 0; worker < WORKERS; worker++) {
      long row = counters.rowAddress(worker, 3);
      assertThat(row).isEqualTo(counters.worker(worker).rowAddress(3));
      for (InterfaceCounter counter : InterfaceCounter.values()) {
        counter.add(row, 100 + counter.ordinal() + 1000L * worker);
      }
      for (DropReason reason : DropReason.values()) {
        InterfaceCounter.drop(row, reason.ordinal(), 500 + reason.ordinal() + 1000L * worker);
        assertThat(InterfaceCounter.dropped(row, reason))
            .isEqualTo(500 + reason.ordinal() + 1000L * worker);
      }
    }
    counters.slots().count(3, LinkEvent.DISCONNECTS);
    Snapshot snapshot = reader.snapshot();
    assertThat(snapshot.consistent()).isTrue();
    assertThat(snapshot.columns()).isEqualTo(InterfaceCounter.columns());
    assertThat(snapshot.eventColumns()).isEqualTo(CountedEvent.columns(MemifEvents.all()));
    Snapshot.InterfaceStats pod = snapshot.interfaces().getFirst();
    assertThat(snapshot.interfaces()).hasSize(1);
    assertThat(pod.index()).isEqualTo(3);
    assertThat(pod.name()).isEqualTo("pod-a");
    assertThat(pod.network()).isEqualTo("blue");
    for (InterfaceCounter counter : InterfaceCounter.values()) {
      assertThat(pod.total(snapshot.column(counter.label())))
          .isEqualTo(1200 + 2L * counter.ordinal());
    }
    for (DropReason reason : DropReason.values()) {
      int column = snapshot.column(reason.label());
      assertThat(pod.perWorker()[1][column]).isEqualTo(1500 + reason.ordinal());
      assertThat(pod.total(column)).isEqualTo(2000 + 2L * reason.ordinal());
    }
    assertThat(pod.events()[1]).isEqualTo(1);
    assertThat(counters.slots().events(3, LinkEvent.DISCONNECTS)).isEqualTo(1);
  }

  @Test
  void shouldReadBackWorkerAndDaemonCountersWhenTheyMoved() {
    for (int worker = 0; worker < WORKERS; worker++) {
      for (WorkerCounter counter : WorkerCounter.values()) {
        counters.worker(worker).set(counter, 10 + counter.ordinal() + 100L * worker);
      }
    }
    counters.daemon(DaemonCounter.REVISION).setRelease(7);
    counters.daemon(DaemonCounter.API_REFUSALS).increment();
    Snapshot snapshot = reader.snapshot();
    for (int worker = 0; worker < WORKERS; worker++) {
      for (WorkerCounter counter : WorkerCounter.values()) {
        assertThat(snapshot.workers().get(worker).value(counter.label()))
            .isEqualTo(10 + counter.ordinal() + 100L * worker);
      }
    }
    assertThat(snapshot.daemonCounters()).hasSize(DaemonCounter.values().length);
    assertThat(snapshot.daemonCounters())
        .contains(
            new Snapshot.Counter("revision", DaemonCounter.REVISION.description(), 7),
            new Snapshot.Counter("api-refusals", DaemonCounter.API_REFUSALS.description(), 1));
    assertThat(snapshot.daemon()).isEqualTo(ProcessIdentity.current());
    assertThat(snapshot.daemon().running()).isTrue();
  }

  @Test
  void shouldSortBatchesBySizeWhenCounted() {
    WorkerCounters worker = counters.worker(0);
    for (int packets : new int[] {1, 3, 7, 8, 255, 256, 1000}) {
      worker.batch(packets);
    }
    assertThat(worker.get(WorkerCounter.PACKETS)).isEqualTo(1 + 3 + 7 + 8 + 255 + 256 + 1000);
    assertThat(worker.get(WorkerCounter.BATCHES)).isEqualTo(7);
    assertThat(worker.get(WorkerCounter.BATCH_1)).isEqualTo(1);
    assertThat(worker.get(WorkerCounter.BATCH_2)).isEqualTo(1);
    assertThat(worker.get(WorkerCounter.BATCH_4)).isEqualTo(1);
    assertThat(worker.get(WorkerCounter.BATCH_8)).isEqualTo(1);
    assertThat(worker.get(WorkerCounter.BATCH_16)).isZero();
    assertThat(worker.get(WorkerCounter.BATCH_128)).isEqualTo(1);
    assertThat(worker.get(WorkerCounter.BATCH_256)).isEqualTo(2);
  }

  @Test
  void shouldInheritNothingWhenASlotIsUsedAgain() {
    long first = counters.slots().claim(5, "old", "blue");
    receiveAndDrop(5, 10);
    counters.slots().count(5, LinkEvent.CONNECTS);
    counters.slots().release(5);
    long second = counters.slots().claim(5, "new", "red");
    assertThat(second).isGreaterThan(first);
    Snapshot snapshot = reader.snapshot();
    Snapshot.InterfaceStats reused = snapshot.interfaces().getFirst();
    assertThat(reused.name()).isEqualTo("new");
    assertThat(reused.network()).isEqualTo("red");
    assertThat(reused.generation()).isEqualTo(second);
    assertThat(reused.perWorker()).isEqualTo(new long[WORKERS][InterfaceCounter.COLUMNS]);
    assertThat(reused.events()).containsOnly(0);
    assertThat(snapshot.departed().total(snapshot.column("rx-packets"))).isEqualTo(10);
    assertThat(snapshot.departed().total(snapshot.column("no-route"))).isEqualTo(10);
    assertThat(snapshot.departed().events()[0]).isEqualTo(1);
  }

  @Test
  void shouldStayBalancedWhenOneSideOfTheTrafficLeaves() {
    counters.slots().claim(0, "sender", "blue");
    counters.slots().claim(1, "receiver", "blue");
    WorkerCounters worker = counters.worker(0);
    worker.batch(7);
    InterfaceCounter.RX_PACKETS.add(worker.rowAddress(0), 7);
    InterfaceCounter.TX_PACKETS.add(worker.rowAddress(1), 7);
    counters.slots().release(0);
    assertThat(Accounting.of(reader.snapshot()))
        .containsExactly(new Balance(0, 7, 7, 7, 7), new Balance(1, 0, 0, 0, 0))
        .allMatch(Balance::balanced);
  }

  @Test
  void shouldFindTheWorkerWhenOneCounterIsFalse() {
    counters.slots().claim(0, "pod", "blue");
    counters.worker(1).batch(10);
    receiveAndDrop(0, 10);
    assertThat(Accounting.of(reader.snapshot())).allMatch(Balance::balanced);
    InterfaceCounter.drop(counters.rowAddress(1, 0), DropReason.NO_ROUTE.ordinal(), 1);
    assertThat(Accounting.of(reader.snapshot()))
        .filteredOn(balance -> !balance.balanced())
        .containsExactly(new Balance(1, 10, 11, 10, 10));
  }

  @Test
  void shouldRefuseAndChangeNothingWhenASlotIsMisused() {
    InterfaceSlots slots = counters.slots();
    slots.claim(2, "pod", "blue");
    assertThatThrownBy(() -> slots.claim(2, "other", "red"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("slot 2");
    assertThatThrownBy(() -> slots.release(3)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> slots.claim(MAX_INTERFACES, "pod", "blue"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the counters file has " + MAX_INTERFACES);
    assertThatThrownBy(() -> slots.claim(4, "x".repeat(477), "blue"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use at most 476");
    Snapshot snapshot = reader.snapshot();
    assertThat(snapshot.consistent()).isTrue();
    assertThat(snapshot.interfaces())
        .extracting(Snapshot.InterfaceStats::name)
        .containsExactly("pod");
  }

  @Test
  void shouldKeepTheOldFileReadableWhenADaemonStartsAnew() {
    counters.slots().claim(0, "before", "blue");
    try (CountersFile next = CountersFile.create(path, WORKERS, MAX_INTERFACES, MemifEvents.all());
        CountersFileReader nextReader = CountersFileReader.open(path)) {
      next.slots().claim(0, "after", "blue");
      assertThat(reader.snapshot().interfaces().getFirst().name()).isEqualTo("before");
      assertThat(nextReader.snapshot().interfaces().getFirst().name()).isEqualTo("after");
    }
  }

  @Test
  void shouldTakeLittleRoomWhenFewSlotsAreUsed() throws Exception {
    Path large = directory.resolve("large");
    try (CountersFile file = CountersFile.create(large, 8, 10_000, MemifEvents.all())) {
      file.slots().claim(9_999, "pod", "blue");
      Process du = new ProcessBuilder("du", "--block-size=1", large.toString()).start();
      long usedBytes = Long.parseLong(du.inputReader().readLine().split("\t")[0]);
      assertThat(du.waitFor()).isZero();
      assertThat(Files.size(large)).isGreaterThan(30 << 20);
      assertThat(usedBytes).isLessThan(1 << 20);
    }
  }

  @Test
  void shouldSayThatItIsDamagedWhenAnythingIsScribbledOverTheFile() throws Exception {
    counters.slots().claim(0, "pod", "blue");
    byte[] sound = Files.readAllBytes(path);
    Path scribbled = directory.resolve("scribbled");
    Random random = new Random(1);
    int refused = 0;
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = sound.clone();
      // The header's ints, the columns' kinds and the counters' labels and keys alike.
      int offset =
          random.nextBoolean() ? 8 + random.nextInt(100) : random.nextInt(bytes.length - 4);
      ByteBuffer.wrap(bytes).putInt(offset, random.nextInt() >> random.nextInt(32));
      Files.write(scribbled, bytes);
      refused += readsOrRefuses(scribbled) ? 0 : 1;
    }
    assertThat(refused).isPositive();
  }

  @Test
  void shouldRefuseTheFileWhenItIsCutShort() throws Exception {
    byte[] sound = Files.readAllBytes(path);
    for (int length : new int[] {0, 8, 4096, sound.length / 2, sound.length - 1}) {
      Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(sound, length));
      assertThatThrownBy(() -> CountersFileReader.open(cut))
          .isInstanceOf(CountersFileException.class)
          .hasMessageContaining(cut.toString());
    }
  }

  private static boolean readsOrRefuses(Path file) {
    try (CountersFileReader scribbledReader = CountersFileReader.open(file)) {
      scribbledReader.snapshot();
      return true;
    } catch (CountersFileException e) {
      assertThat(e).hasMessageContaining(file.toString());
      return false;
    }
  }

  private void receiveAndDrop(int interfaceIndex, int packets) {
    long row = counters.rowAddress(1, interfaceIndex);
    InterfaceCounter.RX_PACKETS.add(row, packets);
    InterfaceCounter.drop(row, DropReason.NO_ROUTE.ordinal(), packets);
  }
}
