package dev.heddle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.memory.Memory;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.packet.Batch;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.LinkEvent;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Two workers and six pods of one network, 0 to 5, which the test plays: even ones are polled by
 * worker 0 and speak Ethernet, odd ones by worker 1 and speak IP. Each packet says who sent it to
 * whom and its number among those.
 */
final class Pods implements AutoCloseable {
  static final int COUNT = 6;
  static final int WORKERS = 2;
  private static final int IP_BYTES = 46;
  private static final int SENDER_OFFSET = Ipv4.HEADER_BYTES + 8;
  private static final int NUMBER_OFFSET = SENDER_OFFSET + 2;
  private static final int COMPLEMENT_OFFSET = NUMBER_OFFSET + 8;
  private static final long DEADLINE_NS = 120_000_000_000L;
  private static final long POLL_NS = 20_000;

  private final Arena arena = Arena.ofShared();
  private final CountersFile counters;
  private final CountersFileReader reader;
  private final TrainingTables tables = new TrainingTables(new SplittableRandom(5));
  private final WorkerGroup group;
  private final List<LoopbackLink> links = new ArrayList<>();
  private final long[][] sent = new long[COUNT][COUNT];
  private final long[][] received = new long[COUNT][COUNT];
  private final long[][] expected = new long[COUNT][COUNT];

  Pods(Path directory, int log2Slots) throws InterruptedException {
    Path file = directory.resolve("counters");
    counters =
        CountersFile.create(
            file, WORKERS, TrainingTables.INTERFACES, Arrays.asList(LinkEvent.values()));
    reader = CountersFileReader.open(file);
    group = WorkerGroup.start(List.of(-1, -1), IdleMode.ADAPTIVE, counters);
    group.publish(tables.next());
    for (int i = 0; i < COUNT; i++) {
      counters.slots().claim(i, "pod-" + i, "net");
      links.add(new LoopbackLink(arena, i, i % 3 != 2, i % 2 == 1, log2Slots, 2048));
      group.linkUp(links.get(i));
    }
  }

  WorkerGroup group() {
    return group;
  }

  TrainingTables tables() {
    return tables;
  }

  LoopbackLink link(int pod) {
    return links.get(pod);
  }

  long worker(int worker, WorkerCounter counter) {
    return counters.worker(worker).get(counter);
  }

  long dropped(int pod, DropReason reason) {
    long sum = 0;
    for (int worker = 0; worker < WORKERS; worker++) {
      sum += InterfaceCounter.dropped(counters.rowAddress(worker, pod), reason);
    }
    return sum;
  }

  /** Puts a packet in the sender's ring, if there is room, for the next {@link #publish}. */
  boolean fill(int from, int to) {
    LoopbackLink link = links.get(from);
    if (link.room() == 0) {
      return false;
    }
    int shift = link.ipMode() ? Batch.ETHERNET_BYTES : 0;
    long frame = link.nextBuffer() - shift;
    long ip = frame + Batch.ETHERNET_BYTES;
    if (shift == 0) {
      Ethernet.write(
          frame, TrainingTables.ROUTER_MAC, TrainingTables.podMac(from), Ethernet.TYPE_IPV4);
    }
    long number = sent[from][to]++;
    Ipv4.write(ip, 0, IP_BYTES, 64, IpProtocol.UDP, address(from), address(to));
    Memory.putShort(ip + SENDER_OFFSET, (short) from);
    Memory.putLong(ip + NUMBER_OFFSET, number);
    Memory.putLong(ip + COMPLEMENT_OFFSET, ~number);
    link.fill(0, IP_BYTES + Batch.ETHERNET_BYTES - shift);
    return true;
  }

  void publish(int from) {
    links.get(from).publishSent();
  }

  /** Takes all packets of a pod; their numbers must rise, without gaps unless some may be lost. */
  void drain(int pod, boolean mayLose) {
    LoopbackLink link = links.get(pod);
    int shift = link.ipMode() ? Batch.ETHERNET_BYTES : 0;
    while (link.pending() > 0) {
      assertThat(link.pendingBytes()).isEqualTo(IP_BYTES + Batch.ETHERNET_BYTES - shift);
      long ip = link.pendingPacket() - shift + Batch.ETHERNET_BYTES;
      int from = Memory.getShort(ip + SENDER_OFFSET);
      long number = Memory.getLong(ip + NUMBER_OFFSET);
      assertThat(Memory.getLong(ip + COMPLEMENT_OFFSET)).isEqualTo(~number);
      assertThat(Ipv4.source(ip)).isEqualTo(address(from));
      assertThat(Ipv4.destination(ip)).isEqualTo(address(pod));
      assertThat(Ipv4.timeToLive(ip)).isEqualTo(63);
      if (mayLose) {
        assertThat(number).isGreaterThanOrEqualTo(expected[from][pod]);
      } else {
        assertThat(number).isEqualTo(expected[from][pod]);
      }
      expected[from][pod] = number + 1;
      received[from][pod]++;
      link.collect();
    }
  }

  long sent() {
    return sum(sent);
  }

  long received() {
    return sum(received);
  }

  long sent(int from, int to) {
    return sent[from][to];
  }

  long received(int from, int to) {
    return received[from][to];
  }

  /** Waits until every worker has accounted for all that was sent, and asserts that it has. */
  void awaitBalance() {
    await(() -> taken() == sent());
    await(() -> balances().stream().allMatch(Accounting.Balance::balanced));
    assertThat(balances().stream().mapToLong(Accounting.Balance::received).sum()).isEqualTo(sent());
  }

  private List<Accounting.Balance> balances() {
    return Accounting.of(reader.snapshot());
  }

  private long taken() {
    return worker(0, WorkerCounter.PACKETS) + worker(1, WorkerCounter.PACKETS);
  }

  static void await(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + DEADLINE_NS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting at the deadline").isLessThan(deadlineNs);
      LockSupport.parkNanos(POLL_NS);
    }
  }

  private static int address(int pod) {
    return TrainingTables.RANGE4 | TrainingTables.TO_ENDPOINT << 8 | pod + 10;
  }

  private static long sum(long[][] counts) {
    return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
  }

  @Override
  public void close() {
    links.forEach(group::linkDown);
    group.close();
    links.forEach(LoopbackLink::close);
    reader.close();
    counters.close();
    tables.close();
    arena.close();
  }
}
