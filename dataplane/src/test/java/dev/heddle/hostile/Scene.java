package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.daemon.TestDaemon;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import dev.heddle.observe.CountedEvent;
import dev.heddle.observe.DropReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole daemon, and its pods:
 *
 * <pre>
 *   blue: alice -> bob     victims, who talk to each other all the while
 *         mallory          hostile; owns two IPv4 addresses and one of IPv6
 *         dave, erin       whom mallory talks to
 *   red:  carol            has dave's address in another network; nothing may reach her
 * </pre>
 */
final class Scene implements AutoCloseable {
  static final Frames.Address ALICE = Frames.Address.ofPod(2);
  static final Frames.Address BOB = Frames.Address.ofPod(3);
  static final Frames.Address DAVE = Frames.Address.ofPod(4);
  static final Frames.Address ERIN = Frames.Address.ofPod(5);
  static final Frames.Address MALLORY = Frames.Address.ofPod(66);

  /** Mallory's other address; one less than the first, as Erin's is one more than Dave's. */
  static final Frames.Address MALLORY_ALSO = new Frames.Address(MALLORY.ip() - 1, MALLORY.mac());

  /** Mallory's IPv6 address. */
  static final String MALLORY_IP6 = "fd00:19::66";

  private static final String HOSTILE = "mallory";

  private final Path directory;
  private final TestDaemon daemon;
  private final SeqpacketSocket listener;
  private final List<Pod> pods = new ArrayList<>();
  private final byte[] routerMac;
  private final Pod dave;
  private final Pod erin;
  private final Pod carol;
  private final VictimTraffic victims;
  private ProcessResources before;

  /**
   * One worker serves all.
   *
   * @param isServer whether mallory is a server, which the daemon connects to
   */
  Scene(boolean isServer) {
    this(isServer, 1);
  }

  Scene(boolean isServer, int workers) {
    directory = temporaryDirectory();
    daemon = new TestDaemon(directory, workers);
    listener = isServer ? ControlLine.listen(socket(HOSTILE)) : null;
    createNetworks(isServer);
    Pod alice = connect("alice");
    Pod bob = connect("bob");
    dave = connect("dave");
    erin = connect("erin");
    carol = connect("carol");
    routerMac = Gateway.resolve(alice, ALICE);
    victims = new VictimTraffic(alice, ALICE, bob, BOB, routerMac);
    holdMemory();
  }

  private void createNetworks(boolean isServer) {
    daemon.apply(
        Operations.upsert(network("blue", 56)),
        Operations.upsert(network("red", 57)),
        Operations.upsert(endpoint("alice", "blue", false, ALICE)),
        Operations.upsert(endpoint("bob", "blue", false, BOB)),
        Operations.upsert(endpoint("dave", "blue", false, DAVE)),
        Operations.upsert(endpoint("erin", "blue", false, ERIN)),
        Operations.upsert(
            endpoint(HOSTILE, "blue", isServer, MALLORY, MALLORY_ALSO).toBuilder()
                .addAddresses(Addresses.parse(MALLORY_IP6))
                .build()),
        Operations.upsert(endpoint("carol", "red", false, DAVE)));
  }

  /** A network that has the same ranges as every other. */
  static Network network(String name, int vni) {
    return Network.newBuilder()
        .setName(name)
        .setVni(vni)
        .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
        .setRange6(Addresses.parsePrefix("fd00:19::/64"))
        .build();
  }

  /** An endpoint with a memif socket of its own, which the daemon listens on or connects to. */
  Endpoint endpoint(String name, String network, boolean podIsServer, Frames.Address... addresses) {
    Endpoint.Builder endpoint =
        Endpoint.newBuilder()
            .setName(name)
            .setNetwork(network)
            .setMac(ByteString.copyFrom(addresses[0].mac()));
    for (Frames.Address address : addresses) {
      endpoint.addAddresses(Addresses.parse(address.toString()));
    }
    return endpoint
        .setMemif(
            Memif.newBuilder()
                .setRole(podIsServer ? Memif.Role.ROLE_CLIENT : Memif.Role.ROLE_SERVER)
                .setSocket(path(name).toString())
                .setLog2RingSize(PodMemory.LOG2_RING_SIZE))
        .build();
  }

  private Path path(String endpoint) {
    return directory.resolve(endpoint + ".sock");
  }

  private UnixAddress socket(String endpoint) {
    return UnixAddress.ofPath(path(endpoint));
  }

  private Pod connect(String endpoint) {
    Pod pod = join(endpoint);
    pods.add(pod);
    return pod;
  }

  /** Connects the pod of an endpoint; closed by the caller. */
  Pod join(String endpoint) {
    Pod pod = ClientPod.connect(socket(endpoint), 0);
    // Workers get a link after its pod was told that it is connected, but before the daemon greets
    // the next who comes.
    try (ControlLine next = ControlLine.to(socket(endpoint))) {
      next.expect(ControlWire.HELLO);
    }
    return pod;
  }

  HeddleClient client() {
    return daemon.client();
  }

  /** Where the daemon listens for mallory. */
  UnixAddress hostileSocket() {
    return socket(HOSTILE);
  }

  /** Where mallory, as a server, waits for the daemon. */
  SeqpacketSocket hostileListener() {
    return listener;
  }

  /**
   * Connects mallory by the book, in the scene's role, and asks for its gateway, as every pod does:
   * from the answer on, the worker serves it in both directions. Closed by the caller.
   */
  Pod connectHostile() {
    Pod pod = listener == null ? ClientPod.connect(hostileSocket(), 0) : ServerPod.accept(listener);
    assertThat(Gateway.resolve(pod, MALLORY)).isEqualTo(routerMac);
    return pod;
  }

  Pod dave() {
    return dave;
  }

  Pod erin() {
    return erin;
  }

  VictimTraffic victims() {
    return victims;
  }

  /** A frame that mallory may send. */
  byte[] fromMallory(Frames.Address to, int number) {
    return Frames.udp(routerMac, MALLORY, to, number, frameBytes(number));
  }

  /** The same frame as its receiver must get it. */
  byte[] routed(byte[] frame, Frames.Address to) {
    return Frames.routed(frame, routerMac, to);
  }

  byte[] toMallory(int number) {
    return Frames.udp(routerMac, DAVE, MALLORY, number, frameBytes(number));
  }

  byte[] routerMac() {
    return routerMac;
  }

  private static int frameBytes(int number) {
    return Frames.MIN_BYTES + Math.floorMod(number * 37, 1000);
  }

  /** Packets of, or for, mallory that were dropped for this reason so far. */
  long dropped(DropReason reason) {
    return counted(reason.label());
  }

  /** Packets of, or for, mallory that were dropped for any reason so far. */
  long drops() {
    Snapshot snapshot = daemon.snapshot();
    long drops = 0;
    for (DropReason reason : DropReason.values()) {
      drops += TestDaemon.of(snapshot, HOSTILE).total(snapshot.column(reason.label()));
    }
    return drops;
  }

  /** Packets that were dropped for any reason so far, wherever they came from. */
  long dropsOfAll() {
    Snapshot snapshot = daemon.snapshot();
    long drops = 0;
    for (int worker = 0; worker < snapshot.workers().size(); worker++) {
      for (DropReason reason : DropReason.values()) {
        drops += snapshot.workerTotal(worker, snapshot.column(reason.label()));
      }
    }
    return drops;
  }

  /** A column of mallory's counters, all workers together. */
  long counted(String column) {
    return daemon.counted(HOSTILE, column);
  }

  /** How often this happened to mallory's interface so far. */
  long happened(CountedEvent event) {
    return daemon.happened(HOSTILE, event.label());
  }

  /** From now on memory stays as it is, whatever was taken before. */
  void holdMemory() {
    before = ProcessResources.now();
  }

  /**
   * Ends all traffic and checks what holds whatever mallory did: the victims lost nothing, nothing
   * crossed into the other network, every packet is accounted for, memory is as it was.
   */
  void assertOthersUnharmed() {
    victims.close();
    before.assertMemoryFlat();
    assertThat(carol.receive()).as("frame in another network").isNull();
    Await.until("the counters balance", this::isBalanced);
  }

  private boolean isBalanced() {
    return Conservation.holds(daemon.snapshot());
  }

  @Override
  public void close() {
    try {
      victims.close();
    } finally {
      pods.forEach(Pod::close);
      daemon.close();
      if (listener != null) {
        listener.close();
      }
      deleteDirectory();
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("heddle-hostile");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteDirectory() {
    for (String file : directory.toFile().list()) {
      assertThat(directory.resolve(file).toFile().delete()).isTrue();
    }
    assertThat(directory.toFile().delete()).isTrue();
  }
}
