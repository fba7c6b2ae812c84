package dev.heddle.port.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.stats.Accounting;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.compile.TableCompiler;
import dev.heddle.ffi.linux.Tun;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Network;
import dev.heddle.observe.CountersFile;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounter;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.table.Tables;
import dev.heddle.worker.IdleMode;
import dev.heddle.worker.WorkerGroup;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Workers and one network, whose endpoints' interfaces the test makes taps or loopback links: for
 * the workers, a port is a port. Endpoint {@code i} is interface {@code i} and has the addresses
 * 172.19.1.0 + {@code i} and fd00:19::1:0 + {@code i}.
 */
final class TapWorld implements AutoCloseable {
  static final String GATEWAY4 = "172.19.0.1";
  static final String GATEWAY6 = "fd00:19::1";
  static final int FIRST_ADDRESS = 0xac13_0100;
  static final int MTU_BYTES = 9000;
  private static final int RANGE = 0xac13_0000;
  private static final long RANGE6_HIGH = 0xfd00_0019_0000_0000L;
  private static final long FIRST_ADDRESS6_LOW = 0x1_0000;
  private static final String NETWORK = "blue";
  private static final int NOT_PINNED = -1;
  private static final long DEADLINE_NS = 120_000_000_000L;
  private static final long POLL_NS = 100_000;

  private final int workers;
  private final int endpoints;
  private final Arena arena = Arena.ofShared();
  private final TableCompiler compiler =
      new TableCompiler(new RouteStore(1 << 24), new Neighbours(arena));
  private final CountersFile counters;
  private final CountersFileReader reader;
  private final WorkerGroup group;
  private final List<LoopbackLink> links = new ArrayList<>();
  private final List<Integer> attached = new ArrayList<>();
  private Tables tables;

  TapWorld(Path directory, int workers, int endpoints) throws InterruptedException {
    this.workers = workers;
    this.endpoints = endpoints;
    Path file = directory.resolve("counters");
    counters = CountersFile.create(file, workers, endpoints, List.of());
    reader = CountersFileReader.open(file);
    for (int endpoint = 0; endpoint < endpoints; endpoint++) {
      counters.slots().claim(endpoint, name(endpoint), NETWORK);
    }
    group =
        WorkerGroup.start(Collections.nCopies(workers, NOT_PINNED), IdleMode.ADAPTIVE, counters);
    publish();
  }

  private void publish() throws InterruptedException {
    compiler.begin();
    compiler.addNetwork(
        new Network(
            NETWORK,
            56,
            new IpPrefix(IpAddress.v4(RANGE), 16),
            new IpPrefix(IpAddress.v6(RANGE6_HIGH, 0), 64),
            IpAddress.v4(RANGE + 1),
            IpAddress.v6(RANGE6_HIGH, 1),
            MTU_BYTES,
            "",
            false));
    for (int endpoint = 0; endpoint < endpoints; endpoint++) {
      compiler.addEndpoint(endpoint(endpoint));
    }
    compiler.announceGateways(NETWORK);
    for (int endpoint = 0; endpoint < endpoints; endpoint++) {
      compiler.announce(name(endpoint));
    }
    compiler.prepare();
    tables = compiler.finish(1);
    group.publish(tables);
    compiler.settle(routeId -> {});
  }

  private static Endpoint endpoint(int endpoint) {
    return new Endpoint(
        name(endpoint),
        NETWORK,
        List.of(
            IpAddress.v4(FIRST_ADDRESS + endpoint),
            IpAddress.v6(RANGE6_HIGH, FIRST_ADDRESS6_LOW + endpoint)),
        mac(endpoint),
        0,
        List.of(),
        new MemifAttachment(
            true, "/nowhere", "", endpoint, "", false, 1, 10, 2048, 1, false, true));
  }

  private static String name(int endpoint) {
    return "pod" + endpoint;
  }

  static String address4(int endpoint) {
    return "172.19." + (1 + endpoint / 256) + "." + endpoint % 256;
  }

  static String address6(int endpoint) {
    return "fd00:19::1:" + Integer.toHexString(endpoint);
  }

  static String macText(int endpoint) {
    return "02:00:00:00:%02x:%02x".formatted(endpoint / 256, endpoint % 256);
  }

  /** The first byte on the wire lowest. */
  static long mac(int endpoint) {
    return 0x02L | (endpoint / 256L) << 32 | (endpoint % 256L) << 40;
  }

  /** What the endpoint's packets are to be addressed to. */
  long routerMac(int endpoint) {
    return tables.attachment(endpoint).routerMac();
  }

  WorkerGroup group() {
    return group;
  }

  /** Makes a tap the interface of an endpoint. It stays the caller's to close, after this world. */
  TapPort attach(int endpoint, Tun tap) {
    return attach(endpoint, tap, () -> {});
  }

  TapPort attach(int endpoint, Tun tap, Runnable whenLost) {
    TapPort port = new TapPort(endpoint, tap, whenLost);
    group.attach(port);
    attached.add(endpoint);
    return port;
  }

  /** Makes a memif peer that the test plays the interface of an endpoint. */
  LoopbackLink attachLoopback(int endpoint) {
    LoopbackLink link = new LoopbackLink(arena, endpoint, false, 8, 2048);
    links.add(link);
    group.linkUp(link);
    attached.add(endpoint);
    return link;
  }

  void detach(int endpoint) {
    group.detach(endpoint);
    attached.remove((Integer) endpoint);
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

  /** Drops of an interface, whatever the reason. */
  long dropped(int endpoint) {
    return Arrays.stream(DropReason.values()).mapToLong(reason -> dropped(endpoint, reason)).sum();
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
    for (int endpoint : List.copyOf(attached)) {
      detach(endpoint);
    }
    group.close();
    links.forEach(LoopbackLink::close);
    reader.close();
    counters.close();
    compiler.close();
    arena.close();
  }
}
