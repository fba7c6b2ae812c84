package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Operation;
import dev.heddle.cli.HeddleCli;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two daemons as two nodes, and what changes of nodes and uplinks do to packets between them. */
class TwoNodesIT {
  private static final String WEST_VTEP = "192.0.2.1";
  private static final String EAST_VTEP = "192.0.2.2";
  private static final int FRAME_BYTES = 200;

  @TempDir Path directory;
  private NodeScene west;
  private NodeScene east;
  private int number;

  /** What was asked before the uplinks were joined. */
  private long dropsBefore;

  @BeforeEach
  void start() throws IOException {
    west = new NodeScene(directory, "west", true, Scene.ALICE);
    east = new NodeScene(directory, "east", false, Scene.BOB);
    join(west, WEST_VTEP, "east", EAST_VTEP, Scene.BOB);
    join(east, EAST_VTEP, "west", WEST_VTEP, Scene.ALICE);
    west.awaitNeighbours();
    east.awaitNeighbours();
    dropsBefore = west.drops() + east.drops();
  }

  private long drops() {
    return west.drops() + east.drops() - dropsBefore;
  }

  private static void join(
      NodeScene node, String own, String other, String address, Frames.Address pod) {
    node.daemon()
        .apply(node.uplink(own), NodeScene.node(other, address), NodeScene.route(pod, other));
  }

  @AfterEach
  void stop() {
    west.close();
    east.close();
  }

  private byte[] nextFrame(NodeScene from, NodeScene to) {
    byte[] routerMac = {2, 0x48, 0x45, 0x44, 0x44, 0x4c};
    return Frames.udp(routerMac, from.podAddress(), to.podAddress(), number++, FRAME_BYTES);
  }

  /** What two routers make of a frame. */
  private static byte[] routedTwice(byte[] frame, NodeScene to) {
    byte[] routerMac = {2, 0x48, 0x45, 0x44, 0x44, 0x4c};
    byte[] once = Frames.routed(frame, routerMac, to.podAddress());
    return Frames.routed(once, routerMac, to.podAddress());
  }

  private void assertCross(NodeScene from, NodeScene to) {
    byte[] frame = nextFrame(from, to);
    from.pod().awaitSend(frame);
    assertThat(to.pod().awaitFrame()).isEqualTo(routedTwice(frame, to));
  }

  private void assertBooksBalance() {
    west.awaitBalance();
    east.awaitBalance();
  }

  @Test
  void shouldCarryPacketsBothWaysAndAccountForEachWhenTwoNodesAreJoined() {
    for (int i = 0; i < 50; i++) {
      assertCross(west, east);
      assertCross(east, west);
    }
    assertBooksBalance();
    assertThat(drops()).isZero();
    assertThat(west.daemon().client().networks().stream().map(NetworkStatus::getMtu))
        .containsExactly(1450);
    assertThat(cli("west", "show neighbor"))
        .contains("(default)  192.0.2.2  02:")
        .contains("reachable");
    assertThat(cli("west", "show interface --file=" + directory.resolve("west/counters")))
        .containsPattern("uplink +[0-9]+ +link +up\n +mtu +1500\n +promiscuous +no\n +rx-packets");
  }

  private static boolean isAllTaken(NodeScene from, NodeScene to) {
    return from.uplinkPackets("tx-packets") == to.uplinkPackets("rx-packets");
  }

  private String cli(String node, String commandLine) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String all = commandLine + " --socket=" + directory.resolve(node).resolve("control");
    int status =
        HeddleCli.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(all.split(" "));
    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    return out.toString();
  }

  /** Each packet meets a node's old address or its new one, on both sides, and nothing between. */
  @Test
  void shouldCarryOnWhenANodeChangesItsAddressUnderTraffic() {
    assertCross(west, east);
    long sent = 0;
    long received = 0;
    for (int round = 0; round < 10; round++) {
      String address = round % 2 == 0 ? "192.0.2.9" : EAST_VTEP;
      for (int i = 0; i < 5; i++) {
        west.pod().awaitSend(nextFrame(west, east));
        sent++;
      }
      east.daemon().apply(east.uplink(address));
      west.pod().awaitSend(nextFrame(west, east));
      sent++;
      west.daemon().apply(NodeScene.node("east", address));
      west.awaitNeighbours();
      assertThat(west.daemon().client().neighbours()).hasSize(1);
      west.pod().awaitSent();
      west.awaitBalance();
      west.awaitNothingHeld();
      Await.until("east has what west sent", () -> isAllTaken(west, east));
      assertBooksBalance();
      received += east.pod().receiveAll().size();
      assertCross(west, east);
      assertCross(east, west);
    }
    assertBooksBalance();
    assertThat(received).isPositive();
    assertThat(sent - received).isEqualTo(drops());
  }

  @Test
  void shouldCarryPacketsOverTheOtherFamilyWhenTheUnderlayChanges() {
    for (int round = 0; round < 3; round++) {
      west.daemon().apply(west.uplink("2001:db8::1"), NodeScene.node("east", "2001:db8::2"));
      east.daemon().apply(east.uplink("2001:db8::2"), NodeScene.node("west", "2001:db8::1"));
      assertJoined(1430);
      west.daemon().apply(west.uplink(WEST_VTEP), NodeScene.node("east", EAST_VTEP));
      east.daemon().apply(east.uplink(EAST_VTEP), NodeScene.node("west", WEST_VTEP));
      assertJoined(1450);
    }
    assertBooksBalance();
  }

  private void assertJoined(int mtuBytes) {
    west.awaitNeighbours();
    east.awaitNeighbours();
    for (int i = 0; i < 10; i++) {
      assertCross(west, east);
      assertCross(east, west);
    }
    assertThat(west.daemon().client().endpoints().getFirst().getMtu()).isEqualTo(mtuBytes);
  }

  @Test
  void shouldChangeNothingForPacketsWhenATransactionIsRefused() {
    for (int round = 0; round < 20; round++) {
      assertThat(
              catchRefusal(
                  NodeScene.node("east", "192.0.2.77"),
                  east.uplink("192.0.2.1"),
                  Operations.deleteNetwork("no such")))
          .contains("no such network");
      assertThat(catchRefusal(Operations.deleteNode("east"))).contains("lead to it");
      assertThat(catchRefusal(Operations.deleteUplink(""))).contains("has no uplink");
      assertCross(west, east);
      assertCross(east, west);
    }
    assertBooksBalance();
    assertThat(drops()).isZero();
  }

  private String catchRefusal(Operation... operations) {
    try {
      west.daemon().apply(operations);
    } catch (StatusRuntimeException e) {
      return e.getStatus().getDescription();
    }
    throw new AssertionError("not refused");
  }

  @Test
  void shouldCarryPacketsAgainWhenTheUplinkIsDeletedAndComesBack() {
    assertCross(west, east);
    for (int round = 0; round < 5; round++) {
      west.daemon()
          .apply(
              Operations.deleteUplink(""),
              Operations.deleteRoute(NodeScene.NETWORK, Scene.BOB + "/32"));
      assertThat(west.daemon().client().neighbours()).isEmpty();
      west.daemon().apply(west.uplink(WEST_VTEP), NodeScene.route(Scene.BOB, "east"));
      west.awaitNeighbours();
      Await.until(
          "the uplink is up again", () -> east.daemon().client().uplinks().getFirst().getLinkUp());
      assertCross(west, east);
      assertCross(east, west);
    }
    assertBooksBalance();
  }
}
