package dev.heddle.port.memif.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.ReceivedMessage;
import dev.heddle.ffi.linux.SeqpacketSocket;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** One end of a connection that says whatever a test wants it to say, right or wrong. */
class RawPeer implements AutoCloseable {
  private final SeqpacketSocket socket;
  private final byte[] buffer = new byte[MessageCodec.MESSAGE_BYTES];

  RawPeer(SeqpacketSocket socket) {
    this.socket = socket;
  }

  final void send(ControlMessage message, int... fds) {
    MessageCodec.encode(message, MemorySegment.ofArray(buffer));
    assertThat(socket.send(MemorySegment.ofArray(buffer), fds)).isTrue();
  }

  final void sendBytes(byte[] bytes) {
    assertThat(socket.send(MemorySegment.ofArray(bytes))).isTrue();
  }

  /** Sends descriptors away, and keeps none of them. */
  final void share(ControlMessage message, int... fds) {
    send(message, fds);
    Arrays.stream(fds).forEach(FileDescriptors::close);
  }

  /** The next message, or null at the end of the connection; what came with it is closed. */
  final ControlMessage receive() {
    ReceivedMessage[] received = new ReceivedMessage[1];
    RecordingOwner.until(
        "a message",
        () -> {
          received[0] = socket.receive(MemorySegment.ofArray(buffer));
          return received[0] != null;
        });
    received[0].closeFds();
    return received[0].bytes() == 0 ? null : MessageCodec.decode(MemorySegment.ofArray(buffer));
  }

  /** What the other side says at the end, whatever it said before. */
  final String awaitFarewell() {
    ControlMessage message = receive();
    while (message != null && !(message instanceof ControlMessage.Disconnect)) {
      message = receive();
    }
    assertThat(message).as("the farewell").isNotNull();
    assertThat(receive()).as("after the farewell").isNull();
    return ((ControlMessage.Disconnect) message).reason();
  }

  @Override
  public final void close() {
    socket.close();
  }
}
