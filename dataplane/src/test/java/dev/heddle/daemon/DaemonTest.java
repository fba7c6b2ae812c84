package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.stats.CountersFileReader;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.ServerInfo;
import dev.heddle.control.ApiDoors;
import dev.heddle.worker.IdleMode;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a whole, with its workers, in this process. */
class DaemonTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  @TempDir Path directory;

  private static final int TABLE_MEMORY_BYTES = 1 << 20;

  private DaemonSettings settings(String socket, String counters) {
    return new DaemonSettings(
        ApiDoors.at(directory.resolve(socket)),
        directory.resolve(counters),
        directory.resolve(socket + ".journal"),
        List.of(-1, -1),
        IdleMode.ADAPTIVE,
        TABLE_MEMORY_BYTES,
        16,
        null,
        List.of());
  }

  private Operation[] blueWithAPod() {
    return new Operation[] {
      Operations.upsert(
          Network.newBuilder()
              .setName("blue")
              .setVni(56)
              .setRange4(Addresses.parsePrefix("172.19.0.0/16"))
              .build()),
      Operations.upsert(
          Endpoint.newBuilder()
              .setName("pod")
              .setNetwork("blue")
              .addAddresses(Addresses.parse("172.19.0.10"))
              .setMac(Addresses.parseMac("02:00:00:00:00:0a"))
              .setMemif(
                  Memif.newBuilder()
                      .setRole(Memif.Role.ROLE_SERVER)
                      .setSocket(directory.resolve("pod.sock").toString()))
              .build())
    };
  }

  @Test
  void shouldAcknowledgeWhatAllWorkersRunAndCountIt() throws IOException {
    try (Daemon _ = Daemon.start(settings("api.sock", "counters"));
        HeddleClient client = HeddleClient.connect(directory.resolve("api.sock"), TIMEOUT)) {
      assertThat(client.apply(blueWithAPod())).isEqualTo(1);
      assertThatThrownBy(() -> client.apply(Operations.deleteNetwork("blue")))
          .isInstanceOf(StatusRuntimeException.class);

      ServerInfo info = client.serverInfo();
      assertThat(info.getRevision()).isEqualTo(1);
      assertThat(info.getWorkers()).isEqualTo(2);
      assertThat(info.getPid()).isEqualTo(ProcessHandle.current().pid());
      try (CountersFileReader reader = CountersFileReader.open(Path.of(info.getCountersFile()))) {
        Snapshot snapshot = reader.snapshot();
        assertThat(value(snapshot, "revision")).isEqualTo(1);
        assertThat(value(snapshot, "networks")).isEqualTo(1);
        assertThat(value(snapshot, "endpoints")).isEqualTo(1);
        assertThat(value(snapshot, "api-refusals")).isEqualTo(1);
        assertThat(snapshot.interfaces()).extracting(each -> each.name()).contains("pod");
      }
    }
  }

  private static long value(Snapshot snapshot, String counter) {
    return snapshot.daemonCounters().stream()
        .filter(each -> each.name().equals(counter))
        .findFirst()
        .orElseThrow()
        .value();
  }

  @Test
  void shouldRefuseAndGoOnWhenTableMemoryIsUsedUp() {
    try (Daemon daemon = Daemon.start(settings("api.sock", "counters"));
        HeddleClient client = HeddleClient.connect(directory.resolve("api.sock"), TIMEOUT)) {
      client.apply(blueWithAPod());
      assertThatThrownBy(() -> client.apply(routes(300_000)))
          .as("%s", daemon)
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessage(
              "RESOURCE_EXHAUSTED: table memory: the limit of "
                  + TABLE_MEMORY_BYTES
                  + " bytes is reached; load fewer routes or raise it (heddled"
                  + " --table-memory-mib); nothing of the transaction was applied");
      assertThat(client.serverInfo().getRevision()).isEqualTo(1);
      assertThat(client.networks().getFirst().getRouteCount()).isZero();
      assertThat(client.apply(routes(100))).isEqualTo(2);
    }
  }

  /** Routes with gaps between them, so that each takes room. */
  private static Operation routes(int count) {
    Routes.Builder routes =
        Routes.newBuilder().setNetwork("blue").addNextHops(Operations.toEndpoint("pod"));
    for (int i = 0; i < count; i++) {
      int address = (i * 0x9e37_79b1 & 0x7f_ffff) << 9;
      routes.addPrefixes(
          Prefix.newBuilder()
              .setAddress(ByteString.copyFrom(ByteBuffer.allocate(4).putInt(address).flip()))
              .setLength(24));
    }
    return Operations.upsert(routes.build());
  }

  @Test
  void shouldRemoveItsSocketsWhenItEnds() {
    Path api = directory.resolve("api.sock");
    try (Daemon daemon = Daemon.start(settings("api.sock", "counters"));
        HeddleClient client = HeddleClient.connect(api, TIMEOUT)) {
      client.apply(blueWithAPod());
      assertThat(Files.exists(directory.resolve("pod.sock"))).as("%s", daemon).isTrue();
    }
    assertThat(Files.exists(api)).isFalse();
    assertThat(Files.exists(directory.resolve("pod.sock"))).isFalse();
  }

  @Test
  void shouldLetNobodyElseInWhenItServes() throws IOException {
    try (Daemon daemon = Daemon.start(settings("api.sock", "counters"))) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(directory.resolve("api.sock"))))
          .as("%s", daemon)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void shouldRefuseToStartWhenAnotherDaemonHasItsSocketOrCounters() {
    try (Daemon daemon = Daemon.start(settings("api.sock", "counters"));
        HeddleClient client = HeddleClient.connect(directory.resolve("api.sock"), TIMEOUT)) {
      assertThatThrownBy(() -> Daemon.start(settings("api.sock", "others")))
          .as("%s", daemon)
          .isInstanceOf(StartException.class)
          .hasMessage(
              "--socket "
                  + directory.resolve("api.sock")
                  + ": another daemon uses it; stop that one or choose another path");
      assertThatThrownBy(() -> Daemon.start(settings("other.sock", "counters")))
          .hasMessage(
              "--counters "
                  + directory.resolve("counters")
                  + ": another daemon uses it; stop that one or choose another path");
      assertThat(client.apply(blueWithAPod())).isEqualTo(1);
    }
  }

  @Test
  void shouldReplaceSocketWhenAnEarlierDaemonLeftIt() throws IOException {
    Path api = directory.resolve("api.sock");
    try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(api));
    }
    assertThat(Files.exists(api)).isTrue();
    try (Daemon daemon = Daemon.start(settings("api.sock", "counters"));
        HeddleClient client = HeddleClient.connect(api, TIMEOUT)) {
      assertThat(client.networks()).as("%s", daemon).isEmpty();
    }
  }

  @Test
  void shouldNameThePathWhenTheSocketCannotBeHad() throws IOException {
    Files.writeString(directory.resolve("file"), "precious");
    assertThatThrownBy(() -> Daemon.start(settings("file", "counters")))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "API socket "
                + directory.resolve("file")
                + ": is a file or directory; remove it or choose another path");
    assertThat(Files.readString(directory.resolve("file"))).isEqualTo("precious");
    assertThatThrownBy(() -> Daemon.start(settings("file/api.sock", "counters")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("choose a path that this user may create");
  }
}
