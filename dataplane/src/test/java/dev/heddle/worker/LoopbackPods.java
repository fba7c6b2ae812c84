package dev.heddle.worker;

import dev.heddle.compile.TableCompiler;
import dev.heddle.memory.Memory;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.observe.CountersFile;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.MemifPort;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.Ipv4;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Workers that a test turns by hand, and pods of one network that are loopback peers: pod {@code i}
 * is interface {@code i} and has the address 172.19.0.{@code 10 + i}. The last worker polls the
 * last pod and the first all others; each worker sends to all of them, over one queue per pod.
 */
final class LoopbackPods implements AutoCloseable {
  static final int RING_LOG2_SIZE = 8;
  static final int BUFFER_BYTES = 2048;

  /** UDP datagrams; what they carry is their number. */
  static final int FRAME_BYTES = 200;

  private static final String NETWORK = "blue";
  private static final int RANGE = 0xac13_0000;
  private static final int FIRST_ADDRESS = RANGE + 10;
  private static final int NUMBER_OFFSET = FRAME_BYTES - Integer.BYTES;
  private static final int UDP = 17;
  private static final int NOT_PINNED = -1;

  private final Arena arena = Arena.ofShared();
  private final TableCompiler compiler =
      new TableCompiler(new RouteStore(1 << 24), new Neighbours(arena));
  private final CountersFile counters;
  private final List<Worker> workers = new ArrayList<>();
  private final List<LoopbackLink> pods = new ArrayList<>();
  private final int podCount;
  private final Tables tables;

  LoopbackPods(Path directory, int workerCount, List<Arena> podMemory) {
    podCount = podMemory.size();
    counters = CountersFile.create(directory.resolve("counters"), workerCount, podCount, List.of());
    tables = compile();
    Publication publication = new Publication();
    publication.set(tables);
    for (int i = 0; i < workerCount; i++) {
      workers.add(
          new Worker(
              "worker-" + i,
              NOT_PINNED,
              publication,
              arena,
              podCount,
              counters.worker(i),
              new RouteCounters(),
              TestFlows.TABLE));
    }
    for (int pod = 0; pod < podCount; pod++) {
      attach(new LoopbackLink(podMemory.get(pod), pod, false, RING_LOG2_SIZE, BUFFER_BYTES));
    }
  }

  private void attach(LoopbackLink link) {
    pods.add(link);
    boolean isLast = link.interfaceIndex() == podCount - 1;
    Worker poller = isLast ? workers.getLast() : workers.getFirst();
    MemifPort port = new MemifPort(link);
    poller.addQueue(port.openReceiveQueue(0, poller.tools()));
    connect(port, workers);
  }

  private static void connect(MemifPort port, List<Worker> workers) {
    for (Worker worker : workers) {
      worker.egress().set(port.interfaceIndex(), port.openTransmitPort(0, worker.tools()));
    }
  }

  private Tables compile() {
    compiler.begin();
    IpPrefix range = new IpPrefix(IpAddress.v4(RANGE), 16);
    compiler.addNetwork(
        new Network(
            NETWORK,
            56,
            range,
            null,
            IpAddress.v4(RANGE + 1),
            null,
            Network.DEFAULT_MTU_BYTES,
            "",
            false));
    for (int pod = 0; pod < podCount; pod++) {
      compiler.addEndpoint(endpoint(pod));
    }
    compiler.announceGateways(NETWORK);
    for (int pod = 0; pod < podCount; pod++) {
      compiler.announce(name(pod));
    }
    compiler.prepare();
    Tables compiled = compiler.finish(1);
    compiler.settle(routeId -> {});
    return compiled;
  }

  private static Endpoint endpoint(int pod) {
    return new Endpoint(
        name(pod),
        NETWORK,
        List.of(IpAddress.v4(FIRST_ADDRESS + pod)),
        mac(pod),
        0,
        List.of(),
        new MemifAttachment(
            true, "/nowhere", "", pod, "", false, 1, RING_LOG2_SIZE, BUFFER_BYTES, 1, false, true));
  }

  private static String name(int pod) {
    return "pod" + pod;
  }

  private static long mac(int pod) {
    return 0x0a00_0000_0002L + ((long) pod << 40);
  }

  LoopbackLink pod(int index) {
    return pods.get(index);
  }

  Worker worker(int index) {
    return workers.get(index);
  }

  /** A worker's counters row for a pod. */
  long row(int worker, int pod) {
    return counters.rowAddress(worker, pod);
  }

  /** Puts a frame into the sender's ring. */
  void send(int from, int to, int number) {
    long frame = pods.get(from).nextBuffer();
    Ethernet.write(frame, tables.attachment(from).routerMac(), mac(from), Ethernet.TYPE_IPV4);
    int packetBytes = FRAME_BYTES - Ethernet.HEADER_BYTES;
    Ipv4.write(
        frame + Ethernet.HEADER_BYTES,
        0,
        packetBytes,
        64,
        UDP,
        FIRST_ADDRESS + from,
        FIRST_ADDRESS + to);
    Memory.putInt(frame + NUMBER_OFFSET, number);
    pods.get(from).send(FRAME_BYTES);
  }

  /** Takes all frames that wait for a pod; returns their numbers. */
  List<Integer> collect(int pod) {
    LoopbackLink link = pods.get(pod);
    List<Integer> numbers = new ArrayList<>();
    while (link.pending() > 0) {
      numbers.add(Memory.getInt(link.pendingPacket() + NUMBER_OFFSET));
      link.collect();
    }
    return numbers;
  }

  @Override
  public void close() {
    workers.forEach(Worker::onClose);
    counters.close();
    compiler.close();
    arena.close();
  }
}
