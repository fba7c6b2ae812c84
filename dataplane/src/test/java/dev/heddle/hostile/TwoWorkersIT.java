package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two workers that send to the same pods at the same time, over memif. Alice and Carol are polled
 * by the first worker, Bob and Dave by the second; each pod has one queue in each direction.
 */
class TwoWorkersIT {
  private static final int FRAMES = 60_000;
  private static final int BURST = 16;

  /** Fewer than a ring holds, so that there is no excuse to drop one. */
  private static final int MOST_UNDER_WAY = PodMemory.SLOTS / 2;

  private static final int SOURCE_OFFSET = Frames.ETHERNET_BYTES + 12;

  @TempDir private Path directory;

  private final List<Player> players = new ArrayList<>();
  private PodScene scene;
  private byte[] routerMac;
  private int underWay;

  /** A pod, what it has sent, and what it got. */
  private final class Player {
    private final String name;
    private final Frames.Address address;
    private final Pod pod;
    private int sent;
    private int received;

    /** By sender, the number of the last frame that came from it. */
    private final int[] last = {-1, -1, -1, -1};

    Player(String name, int number, boolean isServer) {
      this.name = name;
      address = Frames.Address.ofPod(number);
      pod = scene.add(name, address, isServer);
    }

    void send(Player to) {
      pod.awaitSend(Frames.udp(routerMac, address, to.address, sent, bytes(sent)));
      sent++;
      underWay++;
    }

    /** Takes what has come: each whole, and in its sender's order. */
    void take() {
      for (byte[] frame : pod.receiveAll()) {
        int number = Frames.number(frame);
        int sender = sender(frame);
        Frames.Address from = players.get(sender).address;
        byte[] sent = Frames.udp(routerMac, from, address, number, bytes(number));
        assertThat(frame).isEqualTo(Frames.routed(sent, routerMac, address));
        assertThat(number).as("frame of %s", from).isGreaterThan(last[sender]);
        last[sender] = number;
        received++;
        underWay--;
      }
    }

    long counted(int worker, InterfaceCounter counter) {
      return scene.counted(worker, name, counter);
    }
  }

  private int sender(byte[] frame) {
    int ip = ByteBuffer.wrap(frame).getInt(SOURCE_OFFSET);
    return players.stream().map(player -> player.address.ip()).toList().indexOf(ip);
  }

  private static int bytes(int number) {
    return Frames.MIN_BYTES + number % 500;
  }

  @BeforeEach
  void start() {
    scene = new PodScene(directory, 2);
  }

  private void connect(boolean othersAreServers) {
    players.add(new Player("alice", 2, false));
    players.add(new Player("bob", 3, false));
    players.add(new Player("carol", 4, othersAreServers));
    players.add(new Player("dave", 5, othersAreServers));
    scene.awaitServed(players.size());
    routerMac = Gateway.resolve(alice().pod, alice().address);
  }

  private Player alice() {
    return players.get(0);
  }

  private Player bob() {
    return players.get(1);
  }

  private Player carol() {
    return players.get(2);
  }

  private Player dave() {
    return players.get(3);
  }

  @AfterEach
  void stop() {
    players.forEach(player -> player.pod.close());
    scene.close();
  }

  @ParameterizedTest(name = "receiver is server: {0}")
  @ValueSource(booleans = {false, true})
  void shouldLoseNothingWhenBothSendToOneSingleQueuePod(boolean othersAreServers) {
    connect(othersAreServers);
    while (alice().sent < FRAMES) {
      burst(alice(), carol(), carol());
      burst(bob(), carol(), carol());
      takeAll();
    }
    awaitAll();

    assertThat(carol().received).isEqualTo(alice().sent + bob().sent);
    assertThat(carol().counted(0, InterfaceCounter.TX_PACKETS)).isEqualTo(alice().sent);
    assertThat(carol().counted(1, InterfaceCounter.TX_PACKETS)).isEqualTo(bob().sent);
    assertEachPolledByItsWorker();
  }

  @ParameterizedTest(name = "receivers are servers: {0}")
  @ValueSource(booleans = {false, true})
  void shouldLoseNothingWhenPacketsCrossFromOneWorkersPodsToTheOthers(boolean othersAreServers) {
    connect(othersAreServers);
    // Each batch goes to both rings, in opposite orders: neither worker may hold one and wait.
    while (alice().sent < FRAMES) {
      burst(alice(), carol(), dave());
      burst(bob(), dave(), carol());
      takeAll();
    }
    awaitAll();

    assertThat(carol().received + dave().received).isEqualTo(alice().sent + bob().sent);
    for (Player receiver : List.of(carol(), dave())) {
      assertThat(receiver.counted(0, InterfaceCounter.TX_PACKETS)).isEqualTo(alice().sent / 2);
      assertThat(receiver.counted(1, InterfaceCounter.TX_PACKETS)).isEqualTo(bob().sent / 2);
    }
    assertEachPolledByItsWorker();
  }

  @Test
  void shouldCountEachLostPacketWhenBothOverrunOnePod() {
    connect(false);
    while (alice().sent < FRAMES) {
      for (int i = 0; i < MOST_UNDER_WAY; i++) {
        alice().send(carol());
        bob().send(carol());
      }
      if (alice().sent % (8 * MOST_UNDER_WAY) == 0) {
        carol().take();
      }
    }
    alice().pod.awaitSent();
    bob().pod.awaitSent();
    scene.awaitBalance();
    carol().take();

    long lost = scene.dropped("carol", DropReason.TX_RING_FULL);
    assertThat(lost).isPositive();
    assertThat(carol().received + lost).isEqualTo(alice().sent + bob().sent);
  }

  /** Sends by turns to two pods, as far as their rings have room. */
  private void burst(Player from, Player first, Player second) {
    for (int i = 0; i < BURST && underWay < MOST_UNDER_WAY; i += 2) {
      from.send(first);
      from.send(second);
    }
  }

  private void takeAll() {
    players.forEach(Player::take);
  }

  private void awaitAll() {
    Await.until(
        "all frames arrive",
        () -> {
          takeAll();
          return underWay == 0;
        });
    scene.awaitBalance();
  }

  /** One packet more of Alice: she has asked for her gateway. */
  private void assertEachPolledByItsWorker() {
    assertThat(alice().counted(0, InterfaceCounter.RX_PACKETS)).isEqualTo(alice().sent + 1);
    assertThat(bob().counted(1, InterfaceCounter.RX_PACKETS)).isEqualTo(bob().sent);
  }
}
