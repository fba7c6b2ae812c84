package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.ffi.linux.SeqpacketSocket;
import org.junit.jupiter.api.Test;

class ControlSocketTest {
  @Test
  void shouldRefuseInsteadOfWaitingWhenPeerDoesNotRead() {
    SeqpacketSocket[] pair = SeqpacketSocket.pair();
    try (Disposal disposal = new Disposal();
        ControlSocket socket = new ControlSocket(pair[0], disposal);
        SeqpacketSocket silent = pair[1]) {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> {
            while (true) {
              socket.send(new ControlMessage.Ack(), ControlSocket.NO_FD);
            }
          })
          .satisfies(e -> assertThat(e.refusal()).isEqualTo(LinkRefusal.NOT_READING));
      assertThat(silent.fd()).isPositive();
    }
  }

  @Test
  void shouldTellWhenPeerIsGone() {
    SeqpacketSocket[] pair = SeqpacketSocket.pair();
    try (Disposal disposal = new Disposal();
        ControlSocket socket = new ControlSocket(pair[0], disposal)) {
      pair[1].close();

      assertThatExceptionOfType(PeerGoneException.class).isThrownBy(socket::receive);
      assertThatExceptionOfType(PeerGoneException.class)
          .isThrownBy(() -> socket.send(new ControlMessage.Ack(), ControlSocket.NO_FD));
      socket.sendLast(new ControlMessage.Disconnect(0, "nobody hears this"));
    }
  }
}
