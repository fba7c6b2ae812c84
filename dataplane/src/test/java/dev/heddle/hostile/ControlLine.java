package dev.heddle.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.Epoll;
import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.ReceivedMessage;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A pod's end of a control connection: sends any bytes, and waits for what comes back. */
final class ControlLine implements AutoCloseable {
  private static final int BACKLOG = 16;

  /** Far longer than any answer takes; only a daemon that never answers meets it. */
  private static final int DEADLINE_MS = 60_000;

  private final SeqpacketSocket socket;
  private final Epoll readable = new Epoll(1);
  private final byte[] bytes = new byte[ControlWire.MESSAGE_BYTES];
  private final List<Integer> received = new ArrayList<>();
  private boolean isClosed;

  private ControlLine(SeqpacketSocket socket) {
    this.socket = socket;
    readable.add(socket.fd(), Epoll.IN, 0);
  }

  /** Connects, waiting for its turn where others fill the listener's queue. */
  static ControlLine to(UnixAddress daemon) {
    SeqpacketSocket[] connected = new SeqpacketSocket[1];
    Await.until(
        "the daemon listens at " + daemon,
        () -> {
          try {
            connected[0] = SeqpacketSocket.connect(daemon);
            return true;
          } catch (LinuxException e) {
            if (!e.isPeerAbsent()) {
              throw e;
            }
            return false;
          }
        });
    return new ControlLine(connected[0]);
  }

  /** Where the daemon connects to. */
  static SeqpacketSocket listen(UnixAddress address) {
    return SeqpacketSocket.listen(address, BACKLOG);
  }

  static ControlLine accept(SeqpacketSocket listener) {
    SeqpacketSocket[] accepted = new SeqpacketSocket[1];
    Await.until(
        "the daemon connects to " + listener, () -> (accepted[0] = listener.accept()) != null);
    return new ControlLine(accepted[0]);
  }

  /** Sends any bytes, and copies of any descriptors. The daemon may have hung up already. */
  void send(byte[] message, int... fds) {
    try {
      assertThat(socket.send(MemorySegment.ofArray(message), fds)).isTrue();
    } catch (LinuxException e) {
      if (!e.isPeerGone()) {
        throw e;
      }
    }
  }

  /** Sends as long as the daemon takes it; returns how many messages that were. */
  int flood(byte[] message, int most) {
    int sent = 0;
    try {
      while (sent < most && socket.send(MemorySegment.ofArray(message))) {
        sent++;
      }
    } catch (LinuxException e) {
      assertThat(e.isPeerGone()).as(e.getMessage()).isTrue();
    }
    return sent;
  }

  /** Waits for a message of this type, and says which one came. */
  byte[] expect(int type) {
    byte[] message = next();
    assertThat(message).as("message before the end of the connection").isNotNull();
    assertThat(ControlWire.type(message))
        .as(
            "type of message%s",
            ControlWire.type(message) == ControlWire.DISCONNECT
                ? ": disconnected, " + ControlWire.reason(message)
                : "")
        .isEqualTo(type);
    return message;
  }

  /** Waits until the daemon hangs up; returns the reason that it told, or an empty one. */
  String awaitEnd() {
    String reason = "";
    for (byte[] message = next(); message != null; message = next()) {
      if (ControlWire.type(message) == ControlWire.DISCONNECT) {
        reason = ControlWire.reason(message);
      }
    }
    return reason;
  }

  /** The descriptors that came so far, in their order; closed with this line. */
  List<Integer> receivedFds() {
    return received;
  }

  /** Waits for the next message; null at the end. */
  byte[] next() {
    assertThat(readable.await(DEADLINE_MS)).as("answer of the daemon").isEqualTo(1);
    ReceivedMessage message = socket.receive(MemorySegment.ofArray(bytes));
    assertThat(message).isNotNull();
    for (int fd : message.fds()) {
      received.add(fd);
    }
    return message.bytes() == 0 ? null : bytes.clone();
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      received.forEach(FileDescriptors::close);
      readable.close();
      socket.close();
    }
  }
}
