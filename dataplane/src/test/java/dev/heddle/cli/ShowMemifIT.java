package dev.heddle.cli;

import static dev.heddle.api.Operations.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.port.memif.channel.RecordingOwner;
import dev.heddle.port.memif.channel.Testpmd;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code heddle show memif} with DPDK's net_memif as pods. */
class ShowMemifIT extends DaemonCliFixture {
  private static final int RING_SIZE = 256;
  private static final Pattern STOPPED = Pattern.compile("\\+{60}\\R\\RDone\\.");

  @BeforeEach
  void create() {
    Endpoint receiver = endpoint("receiver", "blue", "172.19.0.11");
    daemon.apply(
        upsert(
            Network.newBuilder()
                .setName("blue")
                .setVni(56)
                .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
                .build()),
        upsert(
            receiver.toBuilder()
                .setMemif(
                    receiver.getMemif().toBuilder()
                        .setRole(Memif.Role.ROLE_CLIENT)
                        .setLog2RingSize(8))
                .build()));
    daemon.apply(upsert(endpoint("sender", "blue", "172.19.0.10")));
  }

  private Testpmd pod(String name, String role, List<String> options) {
    String device =
        "role=%s,id=0,socket-abstract=no,socket=%s,rsize=8"
            .formatted(role, directory.resolve(name));
    return Testpmd.start(directory, device, 1, options, List.of());
  }

  private JsonObject memif(String name) {
    return json("show memif " + name).get(0).getAsJsonObject();
  }

  private JsonObject ring(String name, int index) {
    return memif(name).getAsJsonArray("rings").get(index).getAsJsonObject();
  }

  private static int number(JsonObject object, String name) {
    return object.get(name).getAsInt();
  }

  @Test
  void shouldTellWhyNobodyIsConnected() {
    assertThat(run("show memif sender")).isZero();
    assertThat(out)
        .isEqualTo(
            """
            Interface  Role    Mode      Id  State  KiB  %s  Peer or reason
            sender     server  ethernet   0  down     0  %s  nobody came yet
            """
                .formatted(
                    "Socket" + " ".repeat(directory.resolve("sender").toString().length() - 6),
                    directory.resolve("sender")));
    RecordingOwner.until(
        "an attempt to connect",
        () -> !memif("receiver").get("lastReason").getAsString().isEmpty());
    assertThat(memif("receiver").getAsJsonArray("rings")).isEmpty();
    assertThat(run("show memif nobody")).isEqualTo(1);
    assertThat(err)
        .isEqualTo("heddle: there is no memif interface 'nobody': heddle show memif lists all\n");
  }

  @Test
  void shouldShowRingsAsTheyFillAndDrain() {
    List<String> sends =
        List.of(
            "--forward-mode=txonly",
            "--tx-ip=172.19.0.10,172.19.0.11",
            "--eth-peer=0,02:48:45:44:44:4c");
    try (Testpmd receiver = pod("receiver", "server", List.of("--forward-mode=rxonly"));
        Testpmd sender = pod("sender", "client", sends)) {
      RecordingOwner.until(
          "both to connect",
          () ->
              memif("sender").get("connected").getAsBoolean()
                  && memif("receiver").get("connected").getAsBoolean());
      assertPolled();
      sender.command("start");
      RecordingOwner.until(
          "the receiver's ring to be full", () -> daemon.counted("receiver", "tx-ring-full") > 0);
      assertFull(ring("receiver", 1));
      sender.ask("stop", STOPPED);
      RecordingOwner.until(
          "the sender's ring to be empty", () -> number(ring("sender", 0), "waiting") == 0);
      assertEmpty(ring("sender", 0));
      assertThat(number(ring("sender", 0), "head"))
          .isEqualTo((int) daemon.counted("sender", "rx-packets") & 0xffff);

      run("show endpoint receiver");
      assertThat(out)
          .contains("\nstate              up\n", "\nmemif-connects     1\n")
          .containsPattern("\ndrops +[1-9][0-9]*\n  tx-ring-full +[1-9][0-9]*: the ");
      receiver.command("start");
      RecordingOwner.until(
          "the receiver's ring to be empty", () -> number(ring("receiver", 1), "waiting") == 0);
      assertTables();
    }
    RecordingOwner.until(
        "the sender to leave", () -> !memif("sender").get("connected").getAsBoolean());
    assertThat(memif("sender").get("lastReason").getAsString()).isNotEmpty();
    assertThat(number(memif("sender"), "disconnects")).isEqualTo(1);
  }

  /** Interface 0 and 1, so that one falls to each worker. */
  private void assertPolled() {
    String file = " --file " + directory.resolve("counters");
    run("show worker" + file);
    assertThat(out).contains("\n\nWorker  Polls\n     0  receiver 0\n     1  sender 0\n");
    JsonObject queue =
        json("show worker" + file)
            .get(1)
            .getAsJsonObject()
            .getAsJsonArray("queues")
            .get(0)
            .getAsJsonObject();
    assertThat(queue.toString()).isEqualTo("{\"interface\":\"sender\",\"index\":1,\"queue\":0}");
  }

  private static void assertFull(JsonObject ring) {
    assertThat(ring.get("direction").getAsString()).isEqualTo("tx");
    assertThat(number(ring, "size")).isEqualTo(RING_SIZE);
    assertThat(number(ring, "free")).isZero();
    assertThat(number(ring, "waiting")).isEqualTo(RING_SIZE);
    assertThat(number(ring, "head") - number(ring, "tail")).isEqualTo(RING_SIZE);
    assertThat(number(ring, "bufferBytes")).isEqualTo(2048);
    assertThat(ring.get("receiver").getAsString()).isEqualTo("polling");
  }

  private static void assertEmpty(JsonObject ring) {
    assertThat(ring.get("direction").getAsString()).isEqualTo("rx");
    assertThat(number(ring, "free")).isEqualTo(RING_SIZE);
    assertThat(number(ring, "head")).isEqualTo(number(ring, "tail"));
    assertThat(number(ring, "bufferBytes")).isZero();
  }

  private void assertTables() {
    run("show memif");
    assertThat(out)
        .containsPattern("sender +server  ethernet +0  up +[1-9][0-9]* +/.*  DPDK ")
        .containsPattern("receiver +client  ethernet +0  up +[1-9][0-9]* ")
        .contains("\n\nInterface  Ring  Size")
        .containsPattern(
            "\nreceiver   tx 0   256 +[0-9]+ +[0-9]+   256        0    2048  polling\n")
        .containsPattern("\nsender     tx 0   256 +[0-9]+ +[0-9]+ +[0-9]+ +polling\n")
        .containsPattern(
            "\nsender     rx 0   256 +[0-9]+ +[0-9]+   256        0          (polling|interrupt)\n");
    run("show memif sender -o yaml");
    assertThat(out)
        .startsWith("- interface: sender\n  index: ")
        .contains("\n  connected: true\n")
        .contains("\n  - direction: rx\n    queue: 0\n    size: 256\n");
  }
}
