package dev.heddle.hostile;

import static dev.heddle.api.Operations.drop;
import static dev.heddle.api.Operations.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import dev.heddle.ffi.linux.UnixAddress;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that is killed at any moment, and what its next run begins with when no agent comes. */
class RestartIT {
  private static final int KILLS = 8;
  private static final int MOST_TRANSACTIONS = 150;
  private static final int ROUTES_A_TRANSACTION = 100;
  private static final int SETS_OF_ROUTES = 200;
  private static final int MANY_ROUTES = 250_000;
  private static final int MANY_PARTS = 10;
  private static final int FRAME_BYTES = 100;
  private static final int NOBODY = -1;

  @TempDir Path directory;
  private DaemonProcess daemon;

  @BeforeEach
  void create() {
    daemon = new DaemonProcess(directory);
  }

  @AfterEach
  void stop() throws InterruptedException {
    daemon.stop();
  }

  private Operation endpoint(String name, Frames.Address address) {
    return upsert(
        Endpoint.newBuilder()
            .setName(name)
            .setNetwork("blue")
            .setMac(ByteString.copyFrom(address.mac()))
            .addAddresses(Addresses.parse(address.toString()))
            .setMemif(
                Memif.newBuilder()
                    .setRole(Memif.Role.ROLE_SERVER)
                    .setSocket(directory.resolve(name).toString())
                    .setLog2RingSize(PodMemory.LOG2_RING_SIZE))
            .build());
  }

  /** The routes that are there after this transaction; every one has others. */
  private static List<Prefix> routes(int transaction) {
    List<Prefix> prefixes = new ArrayList<>();
    for (int i = 0; i < ROUTES_A_TRANSACTION; i++) {
      prefixes.add(
          Addresses.parsePrefix("10.%d.%d.0/24".formatted(transaction % SETS_OF_ROUTES, i)));
    }
    return prefixes;
  }

  private Set<String> routesThere() {
    return routesThere("");
  }

  private Set<String> routesThere(String network) {
    Set<String> there = new TreeSet<>();
    daemon
        .client()
        .routes(network)
        .forEachRemaining(routes ->
            routes.getPrefixesList().forEach(prefix -> there.add(Addresses.format(prefix))));
    return there;
  }

  private static Set<String> texts(int transaction) {
    Set<String> texts = new TreeSet<>();
    if (transaction != NOBODY) {
      routes(transaction).forEach(prefix -> texts.add(Addresses.format(prefix)));
    }
    return texts;
  }

  private void apply(int transaction) {
    List<Operation> operations = new ArrayList<>();
    operations.add(
        upsert(
            Routes.newBuilder()
                .setNetwork("blue")
                .addAllPrefixes(routes(transaction))
                .addNextHops(drop())
                .build()));
    if (transaction > 0) {
      operations.add(Operations.deleteRoutes("blue", routes(transaction - 1)));
    }
    daemon.apply(operations.toArray(Operation[]::new));
  }

  /** Applies one after the other until the daemon is killed; returns the last acknowledged one. */
  private int applyUntilKilled(int first, int transactions) throws InterruptedException {
    return applyUntilKilled(first, "transactions", next -> next >= first + transactions);
  }

  /** The same, at the moment at which a condition becomes true of the next transaction. */
  private int applyUntilKilled(int first, String what, IntPredicate isTime)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger(first);
    Process victim = daemon.process();
    Thread killer =
        Thread.ofPlatform()
            .start(() -> {
              Await.until(what, () -> isTime.test(next.get()));
              victim.destroyForcibly();
            });
    try {
      while (true) {
        apply(next.get());
        next.incrementAndGet();
      }
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      killer.join();
      return next.get() - 1;
    }
  }

  /** What the pods of the earlier run had is served, although no agent told this one anything. */
  private void checkTraffic() {
    byte[] routerMac = daemon.client().serverInfo().getRouterMac().toByteArray();
    UnixAddress alices = UnixAddress.ofPath(directory.resolve("alice"));
    UnixAddress bobs = UnixAddress.ofPath(directory.resolve("bob"));
    try (Pod alice = ClientPod.connect(alices, 0);
        Pod bob = ClientPod.connect(bobs, 0)) {
      byte[] sent = Frames.udp(routerMac, Scene.ALICE, Scene.BOB, 1, FRAME_BYTES);
      byte[][] received = new byte[1][];
      // A pod that is told that it is connected is served a little later.
      Await.until(
          "a frame from alice to bob",
          () -> {
            alice.awaitSend(sent);
            alice.awaitSent();
            received[0] = bob.receive();
            return received[0] != null;
          });
      assertThat(received[0]).hasSize(FRAME_BYTES).startsWith(Scene.BOB.mac());
    }
  }

  @Test
  void shouldComeBackWithTheLastAcknowledgedStateHoweverItIsKilled() throws Exception {
    Random random = new Random(20);
    daemon.start();
    daemon.apply(
        upsert(Scene.network("blue", 56)),
        endpoint("alice", Scene.ALICE),
        endpoint("bob", Scene.BOB));
    int present = NOBODY;
    long revision = daemon.client().serverInfo().getRevision();
    for (int round = 0; round < KILLS; round++) {
      int acknowledged = applyUntilKilled(present + 1, random.nextInt(MOST_TRANSACTIONS));
      daemon.kill();
      daemon.start();
      Set<String> there = routesThere();
      // The one under way may have been written and not acknowledged: then it is there, whole.
      int last = there.equals(texts(acknowledged)) ? acknowledged : acknowledged + 1;
      assertThat(there).isEqualTo(texts(last));
      assertThat(daemon.client().serverInfo().getRevision()).isEqualTo(revision + last - present);
      revision += last - present;
      present = last;
      checkTraffic();
    }
    assertThat(present).isGreaterThan(KILLS);
  }

  private static List<Prefix> manyRoutes(int from) {
    List<Prefix> prefixes = new ArrayList<>();
    for (int i = from; i < from + MANY_ROUTES / MANY_PARTS; i++) {
      ByteBuffer address = ByteBuffer.allocate(Integer.BYTES).putInt(0x1400_0000 + (i << 8));
      prefixes.add(
          Prefix.newBuilder()
              .setAddress(ByteString.copyFrom(address.flip()))
              .setLength(24)
              .build());
    }
    return prefixes;
  }

  /** There are so many routes that the daemon is not done with writing them when it is killed. */
  @Test
  void shouldComeBackWithTheLastAcknowledgedStateWhenKilledWhileTheJournalBeginsAnew()
      throws Exception {
    daemon.start();
    daemon.apply(
        upsert(Scene.network("blue", 56)),
        upsert(Scene.network("red", 57)),
        endpoint("alice", Scene.ALICE),
        endpoint("bob", Scene.BOB));
    for (int part = 0; part < MANY_PARTS; part++) {
      daemon.apply(
          upsert(
              Routes.newBuilder()
                  .setNetwork("red")
                  .addAllPrefixes(manyRoutes(part * (MANY_ROUTES / MANY_PARTS)))
                  .addNextHops(drop())
                  .build()));
    }
    Path anew = directory.resolve("api.journal.shorter");
    int present = NOBODY;
    boolean isMet = false;
    while (!isMet) {
      int acknowledged =
          applyUntilKilled(present + 1, "the journal begins anew", _ -> Files.exists(anew));
      daemon.kill();
      isMet = Files.exists(anew);
      daemon.start();
      Set<String> there = routesThere("blue");
      present = there.equals(texts(acknowledged)) ? acknowledged : acknowledged + 1;
      assertThat(there).isEqualTo(texts(present));
      assertThat(routesThere("red")).hasSize(MANY_ROUTES);
      assertThat(anew).doesNotExist();
    }
    checkTraffic();
  }

  /** The journal's file system belongs to the daemon's mount namespace and goes with it. */
  @Test
  void shouldRefuseWhatItCannotKeepAndServeOn() throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    ProcessBuilder plain = daemon.command();
    List<String> words = new ArrayList<>(plain.command());
    words.add("--journal=" + small.resolve("journal"));
    List<String> inNamespace =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=64k tmpfs '" + small + "' && exec \"$@\"",
                "sh"));
    inNamespace.addAll(words);
    daemon.start(new ProcessBuilder(inNamespace));
    daemon.apply(
        upsert(Scene.network("blue", 56)),
        endpoint("alice", Scene.ALICE),
        endpoint("bob", Scene.BOB));
    int applied = 0;
    StatusRuntimeException refusal = null;
    while (refusal == null) {
      try {
        apply(applied);
        applied++;
      } catch (StatusRuntimeException e) {
        refusal = e;
      }
    }
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refusal.getStatus().getDescription())
        .startsWith("journal: " + small.resolve("journal") + " cannot be written: No space left")
        .endsWith("make room there or let this user write; nothing was applied");
    assertThat(applied).isPositive();
    assertThat(routesThere()).isEqualTo(texts(applied - 1));
    checkTraffic();
  }
}
