package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a server may not do to us as its client. Each time it is told, exactly the named counter
 * moves, no link comes up, and we try again.
 */
class ClientRefusalTest {
  private static final int INDEX = 2;
  private static final ControlMessage.Hello HELLO =
      new ControlMessage.Hello("raw", 0x200, 0x200, 0, 0, 0, 8);

  @TempDir Path directory;

  private final RecordingOwner owner = new RecordingOwner();
  private MemifConductor conductor;
  private SeqpacketSocket listener;
  private MemifSocket name;

  @BeforeEach
  void start() {
    Path path = directory.resolve("memif.sock");
    name = MemifSocket.of(path.toString());
    listener = SeqpacketSocket.listen(UnixAddress.ofPath(path), 4);
    restart(MemifLimits.DEFAULTS);
  }

  @AfterEach
  void stop() {
    conductor.close();
    listener.close();
  }

  private void restart(MemifLimits limits) {
    if (conductor != null) {
      conductor.close();
    }
    conductor = MemifConductor.start(owner, limits, "heddle");
    conductor.add(Configs.client(INDEX, name, 7));
  }

  @Test
  void shouldOfferRingsInOrderWhenServerGreets() {
    try (RawPeer server = accept()) {
      server.send(HELLO);

      assertThat(server.receive())
          .isEqualTo(
              new ControlMessage.Init(ControlMessage.VERSION, 7, 0, MemifSecret.NONE, "heddle"));
      server.send(new ControlMessage.Ack());
      assertThat(server.receive()).isInstanceOf(ControlMessage.AddRegion.class);
      server.send(new ControlMessage.Ack());
      assertThat(server.receive()).isEqualTo(new ControlMessage.AddRing(true, 0, 0, 0, 8, 0));
      server.send(new ControlMessage.Ack());
      assertThat(server.receive())
          .isEqualTo(new ControlMessage.AddRing(false, 0, 0, 128 + 16 * 256, 8, 0));
      server.send(new ControlMessage.Ack());
      assertThat(server.receive()).isEqualTo(new ControlMessage.Connect("pod" + INDEX));
      server.send(new ControlMessage.Connected("raw0"));

      assertThat(owner.awaitUp().interfaceIndex()).isEqualTo(INDEX);
    }
    owner.awaitDown();
  }

  @Test
  void shouldRefuseWhenServerSpeaksOtherVersion() {
    assertRefused(
        LinkRefusal.VERSION,
        server -> server.send(new ControlMessage.Hello("raw", 0x300, 0x300, 0, 0, 0, 8)));
  }

  @Test
  void shouldRefuseWhenServerAllowsNoRing() {
    assertRefused(
        LinkRefusal.RING_SIZE,
        server -> server.send(new ControlMessage.Hello("raw", 0x200, 0x200, 0, 0, 0, 0)));
  }

  @Test
  void shouldRefuseWhenServerGreetsTwice() {
    assertRefused(
        LinkRefusal.MESSAGE_ORDER,
        server -> {
          server.send(HELLO);
          server.send(HELLO);
        });
  }

  @Test
  void shouldRefuseWhenServerConnectsBeforeAllIsOffered() {
    assertRefused(
        LinkRefusal.MESSAGE_ORDER,
        server -> {
          server.send(HELLO);
          server.send(new ControlMessage.Connected("raw0"));
        });
  }

  @Test
  void shouldRefuseWhenServerAcknowledgesTooMuch() {
    assertRefused(
        LinkRefusal.MESSAGE_ORDER,
        server -> {
          server.send(HELLO);
          for (int i = 0; i < 5; i++) {
            server.send(new ControlMessage.Ack());
          }
        });
  }

  @Test
  void shouldRefuseWhenServerSendsDescriptors() {
    assertRefused(LinkRefusal.DESCRIPTOR_EXTRA, server -> server.share(HELLO, EventFd.create()));
    assertRefused(
        LinkRefusal.DESCRIPTOR_EXTRA,
        server -> server.share(HELLO, EventFd.create(), EventFd.create()));
  }

  @Test
  void shouldRefuseWhenServerSendsHalfMessage() {
    assertRefused(LinkRefusal.MESSAGE_SIZE, server -> server.sendBytes(new byte[127]));
  }

  @Test
  void shouldTimeOutWhenServerSaysNothing() {
    MemifLimits usual = MemifLimits.DEFAULTS;
    restart(
        new MemifLimits(
            TimeUnit.MILLISECONDS.toNanos(50),
            usual.maxHandshakes(),
            usual.connectBurst(),
            usual.connectIntervalNs(),
            usual.firstRetryNs(),
            usual.maxRetryNs()));
    RecordingOwner.until("a time-out", () -> count(LinkRefusal.HANDSHAKE_TIMEOUT) > 0);
    assertThat(owner.hasNews()).isFalse();
  }

  private RawPeer accept() {
    SeqpacketSocket[] accepted = new SeqpacketSocket[1];
    RecordingOwner.until(
        "a connection",
        () -> {
          accepted[0] = listener.accept();
          return accepted[0] != null;
        });
    return new RawPeer(accepted[0]);
  }

  private void assertRefused(LinkRefusal expected, Consumer<RawPeer> attack) {
    long before = count(expected);
    try (RawPeer server = accept()) {
      attack.accept(server);
      assertThat(server.awaitFarewell()).isNotEmpty();
    }
    assertThat(count(expected)).isEqualTo(before + 1);
    assertThat(owner.hasNews()).isFalse();
    try (RawPeer server = accept()) {
      server.send(HELLO);
      assertThat(server.receive()).isInstanceOf(ControlMessage.Init.class);
    }
  }

  private long count(LinkRefusal refusal) {
    return conductor.status(INDEX).orElseThrow().refusals().get(refusal);
  }
}
