package dev.heddle.port.dpdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.compile.TableCompiler;
import dev.heddle.ffi.dpdk.Eal;
import dev.heddle.ffi.dpdk.EalArguments;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.worker.IdleMode;
import dev.heddle.worker.WorkerGroup;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Workers and one network of two endpoints, A and B, whose interfaces the test makes DPDK ports:
 * for the workers, a port is a port. Endpoint {@code i} has the address 172.19.0.{@code 10 + i}.
 */
final class DpdkWorld implements AutoCloseable {
  static final int A = 0;
  static final int B = 1;
  static final int RANGE = 0xac13_0000;
  static final int FIRST_ADDRESS = RANGE + 10;
  static final long ROUTER_MAC = 0x4c44_4445_4802L;
  private static final String NETWORK = "blue";
  private static final int ENDPOINTS = 2;
  private static final int MTU_BYTES = 9000;
  private static final int NOT_PINNED = -1;
  private static final long DEADLINE_NS = 120_000_000_000L;
  private static final long POLL_NS = 100_000;

  private final int workers;
  private final Arena arena = Arena.ofShared();
  private final TableCompiler compiler =
      new TableCompiler(new RouteStore(1 << 24), new Neighbours(arena));
  private final CountersFile counters;
  private final CountersFileReader reader;
  private final WorkerGroup group;
  private final List<DpdkPort> ports = new ArrayList<>();

  DpdkWorld(Path directory, int workers) throws InterruptedException {
    Eal.start(EalArguments.defaults(false));
    this.workers = workers;
    Path file = directory.resolve("counters");
    counters = CountersFile.create(file, workers, ENDPOINTS, List.of());
    reader = CountersFileReader.open(file);
    for (int endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
      counters.slots().claim(endpoint, name(endpoint), NETWORK);
    }
    group =
        WorkerGroup.start(Collections.nCopies(workers, NOT_PINNED), IdleMode.ADAPTIVE, counters);
    publish();
  }

  private void publish() throws InterruptedException {
    compiler.begin();
    IpPrefix range = new IpPrefix(IpAddress.v4(RANGE), 16);
    compiler.addNetwork(
        new Network(NETWORK, 56, range, null, IpAddress.v4(RANGE + 1), null, MTU_BYTES, "", false));
    for (int endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
      compiler.addEndpoint(endpoint(endpoint));
    }
    compiler.announceGateways(NETWORK);
    for (int endpoint = 0; endpoint < ENDPOINTS; endpoint++) {
      compiler.announce(name(endpoint));
    }
    compiler.prepare();
    group.publish(compiler.finish(1));
    compiler.settle(routeId -> {});
  }

  private static Endpoint endpoint(int endpoint) {
    return new Endpoint(
        name(endpoint),
        NETWORK,
        List.of(IpAddress.v4(FIRST_ADDRESS + endpoint)),
        mac(endpoint),
        0,
        List.of(),
        new MemifAttachment(
            true, "/nowhere", "", endpoint, "", false, 1, 10, 2048, 1, false, true));
  }

  private static String name(int endpoint) {
    return endpoint == A ? "a" : "b";
  }

  static long mac(int endpoint) {
    return 0x0a00_0000_0002L + ((long) endpoint << 40);
  }

  /** Makes a device the interface of an endpoint. */
  DpdkPort open(int endpoint, String device, int mtuBytes) {
    return open(new DpdkConfig(endpoint, device, 1, false, mtuBytes, 0, workers));
  }

  DpdkPort open(DpdkConfig config) {
    DpdkPort port = DpdkPort.open(config);
    ports.add(port);
    group.attach(port);
    return port;
  }

  void close(DpdkPort port) {
    group.detach(port.interfaceIndex());
    ports.remove(port);
    port.close();
  }

  long count(int endpoint, InterfaceCounter counter) {
    long sum = 0;
    for (int worker = 0; worker < workers; worker++) {
      sum += counter.get(counters.rowAddress(worker, endpoint));
    }
    return sum;
  }

  long dropped(int endpoint, DropReason reason) {
    long sum = 0;
    for (int worker = 0; worker < workers; worker++) {
      sum += InterfaceCounter.dropped(counters.rowAddress(worker, endpoint), reason);
    }
    return sum;
  }

  long worker(int worker, WorkerCounter counter) {
    return counters.worker(worker).get(counter);
  }

  /** Waits until every worker has accounted for all that it took. */
  void awaitBalance() {
    await(() -> Accounting.of(reader.snapshot()).stream().allMatch(Accounting.Balance::balanced));
  }

  static void await(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + DEADLINE_NS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting at the deadline").isLessThan(deadlineNs);
      LockSupport.parkNanos(POLL_NS);
    }
  }

  @Override
  public void close() {
    for (DpdkPort port : List.copyOf(ports)) {
      close(port);
    }
    group.close();
    reader.close();
    counters.close();
    compiler.close();
    arena.close();
  }
}
