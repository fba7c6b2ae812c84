package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.ReceivedMessage;
import dev.heddle.ffi.linux.SeqpacketSocket;
import java.lang.foreign.MemorySegment;

/** A connected socket that speaks {@link ControlMessage}s, and lets nothing else through. */
final class ControlSocket implements AutoCloseable {
  /** Stands for the file descriptor of a message that has none. */
  static final int NO_FD = -1;

  /** A message and the one file descriptor that it may carry. A receiver owns the latter. */
  record Parcel(ControlMessage message, int fd) {}

  private final SeqpacketSocket socket;
  private final Disposal disposal;
  private final MemorySegment incoming =
      MemorySegment.ofArray(new byte[MessageCodec.MESSAGE_BYTES]);
  private final MemorySegment outgoing =
      MemorySegment.ofArray(new byte[MessageCodec.MESSAGE_BYTES]);

  /**
   * @param disposal closes the socket and what is not wanted of what comes through it
   */
  ControlSocket(SeqpacketSocket socket, Disposal disposal) {
    this.socket = socket;
    this.disposal = disposal;
  }

  int fd() {
    return socket.fd();
  }

  /**
   * Takes the next message.
   *
   * @return null where none waits
   * @throws PeerGoneException at the end of the connection
   * @throws RefusedException where it is not a message, or carries more than one descriptor; all
   *     that came are closed then
   */
  Parcel receive() throws RefusedException, PeerGoneException {
    ReceivedMessage received = socket.receive(incoming);
    if (received == null) {
      return null;
    }
    if (received.isTruncated() || received.bytes() != MessageCodec.MESSAGE_BYTES) {
      discard(received.fds());
      if (received.bytes() == 0) {
        throw new PeerGoneException("the peer closed the connection");
      }
      throw new RefusedException(
          LinkRefusal.MESSAGE_SIZE,
          received.isTruncated()
              ? "message of more than " + MessageCodec.MESSAGE_BYTES + " bytes"
              : "message of " + received.bytes() + " bytes");
    }
    if (received.areFdsTruncated() || received.fds().length > 1) {
      discard(received.fds());
      throw new RefusedException(
          LinkRefusal.DESCRIPTOR_EXTRA, "message with more than one file descriptor");
    }
    int fd = received.fds().length == 0 ? NO_FD : received.fds()[0];
    return new Parcel(MessageCodec.decode(incoming), fd);
  }

  /**
   * Sends a message, with a descriptor if it is not {@link #NO_FD}.
   *
   * @throws RefusedException where the peer lets messages pile up
   */
  void send(ControlMessage message, int fd) throws RefusedException, PeerGoneException {
    if (!trySend(message, fd)) {
      throw new RefusedException(LinkRefusal.NOT_READING, "the peer does not read");
    }
  }

  /** Says farewell if the peer still listens. */
  void sendLast(ControlMessage.Disconnect message) {
    try {
      trySend(message, NO_FD);
    } catch (PeerGoneException e) {
      // It left first, so nobody is there to be told.
      return;
    }
  }

  private boolean trySend(ControlMessage message, int fd) throws PeerGoneException {
    MessageCodec.encode(message, outgoing);
    try {
      return fd == NO_FD ? socket.send(outgoing) : socket.send(outgoing, fd);
    } catch (LinuxException e) {
      throw new PeerGoneException(e.getMessage());
    }
  }

  /** Closes descriptors that came from the peer, {@link #NO_FD} among them left aside. */
  void discard(int... fds) {
    for (int fd : fds) {
      if (fd != NO_FD) {
        disposal.close(fd);
      }
    }
  }

  @Override
  public void close() {
    disposal.run(socket::close);
  }
}
