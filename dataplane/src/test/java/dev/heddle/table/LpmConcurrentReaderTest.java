package dev.heddle.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.table.RandomRoutes.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of routes while others look up: each version that was published answers like
 * {@link RouteOracle} for as long as somebody reads it, though newer ones take over what it no
 * longer shares with them.
 */
class LpmConcurrentReaderTest {
  private static final int READERS = 2;
  private static final int TABLES = 12;
  private static final int TRANSACTIONS = 250;
  private static final int LOOKUPS_PER_VERSION = 300;

  /** What readers may look at; the routes are those ever put, so that edges are met. */
  private record Version(long revision, long root, RouteOracle oracle, List<Route> known) {}

  private final RouteStore store = new RouteStore(256 << 20);
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final RandomRoutes history = new RandomRoutes(random);
  private final AtomicReference<Version> published = new AtomicReference<>();
  private final AtomicReference<String> wrong = new AtomicReference<>();
  private final AtomicLong versionsRead = new AtomicLong();
  private final AtomicLong[] passed = {new AtomicLong(), new AtomicLong()};
  private long revision;

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 128})
  void shouldAnswerEachVersionsReadersLikeItsOracleWhenRoutesChange(int addressBits)
      throws InterruptedException {
    publish(table(addressBits), new RouteOracle(addressBits), List.of());
    List<Thread> readers = new ArrayList<>();
    for (int reader = 0; reader < READERS; reader++) {
      AtomicLong progress = passed[reader];
      Random own = new Random(seed + reader);
      readers.add(Thread.ofPlatform().start(() -> read(addressBits, own, progress)));
    }
    for (int round = 0; round < TABLES && wrong.get() == null; round++) {
      RouteTable table = table(addressBits);
      RouteOracle oracle = new RouteOracle(addressBits);
      List<Route> known = new ArrayList<>();
      int spread = random.nextInt(addressBits);
      for (int t = 0; t < TRANSACTIONS && wrong.get() == null; t++) {
        history.change(table, oracle, known, spread);
        publish(table, oracle.copy(), List.copyOf(known));
      }
      store.drop(table);
    }
    readers.forEach(Thread::interrupt);
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(wrong).as("seed %d", seed).hasValue(null);
    assertThat(versionsRead).hasPositiveValue();
  }

  private RouteTable table(int addressBits) {
    return addressBits == 32 ? store.create4() : store.create6();
  }

  /** Publishes a version, and frees what no reader can look at any more. */
  private void publish(RouteTable table, RouteOracle oracle, List<Route> known) {
    store.prepare();
    published.set(new Version(++revision, table.root(), oracle, known));
    store.seal(revision);
    store.reclaim(Math.min(passed[0].get(), passed[1].get()));
  }

  private void read(int addressBits, Random own, AtomicLong progress) {
    while (!Thread.currentThread().isInterrupted() && wrong.get() == null) {
      Version version = published.get();
      // From here on this reader sees no older version.
      progress.set(version.revision);
      for (int i = 0; i < LOOKUPS_PER_VERSION; i++) {
        check(version, addressBits, own);
      }
      versionsRead.incrementAndGet();
    }
  }

  private void check(Version version, int addressBits, Random own) {
    long high = own.nextLong();
    long low = own.nextLong();
    if (!version.known.isEmpty() && own.nextInt(8) != 0) {
      Route route = version.known.get(own.nextInt(version.known.size()));
      high = route.high() | high & ~Prefixes.maskHigh(-1, route.length());
      low = route.low() | low & ~Prefixes.maskLow(-1, route.length());
    }
    boolean v4 = addressBits == 32;
    high = v4 ? high & -1L << 32 : high;
    low = v4 ? 0 : low;
    int found =
        v4 ? Lpm4.lookup(version.root, (int) (high >>> 32)) : Lpm6.lookup(version.root, high, low);
    int expected = version.oracle.lookup(high, low);
    if (found != expected) {
      wrong.compareAndSet(
          null,
          "revision %d, address %016x%016x: %x instead of %x"
              .formatted(version.revision, high, low, found, expected));
    }
  }
}
