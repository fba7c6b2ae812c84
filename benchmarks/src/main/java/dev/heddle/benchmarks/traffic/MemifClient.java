package dev.heddle.benchmarks.traffic;

import dev.heddle.ffi.linux.EventFd;
import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.ReceivedMessage;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The client's side of memif's handshake, version 2.0: one region, one ring in each direction that
 * is used.
 *
 * <p>Written apart from the product's control channel on purpose; it is as foreign to the daemon as
 * any pod. The connection lasts until {@link #close()}.
 */
public final class MemifClient implements AutoCloseable {
  private static final int ACK = 1;
  private static final int HELLO = 2;
  private static final int INIT = 3;
  private static final int ADD_REGION = 4;
  private static final int ADD_RING = 5;
  private static final int CONNECT = 6;
  private static final int CONNECTED = 7;
  private static final short VERSION_2_0 = 0x200;
  private static final short CLIENT_TO_SERVER = 1;
  private static final int MESSAGE_BYTES = 128;
  private static final long REPLY_TIMEOUT_NS = 10_000_000_000L;

  private final SeqpacketSocket socket;
  private final int transmitEvent;
  private final int receiveEvent;
  private final SharedRings rings;

  private MemifClient(SeqpacketSocket socket, SharedRings rings) {
    this.socket = socket;
    this.rings = rings;
    transmitEvent = EventFd.create();
    receiveEvent = EventFd.create();
  }

  /**
   * Connects to a server's socket and hands it the rings.
   *
   * @param receiveRing number of the ring through which the server sends; those before it stay
   *     empty
   */
  public static MemifClient connect(
      Path path, int interfaceId, SharedRings rings, int receiveRing) {
    MemifClient client = new MemifClient(SeqpacketSocket.connect(UnixAddress.ofPath(path)), rings);
    try {
      client.handshake(interfaceId, receiveRing);
      return client;
    } catch (RuntimeException e) {
      client.closeDescriptors();
      throw e;
    }
  }

  /** Tells a server that may sleep that there are packets for it. */
  public void interrupt() {
    EventFd.signal(transmitEvent);
  }

  /** Disconnects; the rings stay their owner's to close. */
  @Override
  public void close() {
    closeDescriptors();
  }

  private void closeDescriptors() {
    socket.close();
    FileDescriptors.close(transmitEvent);
    FileDescriptors.close(receiveEvent);
  }

  private void handshake(int interfaceId, int receiveRing) {
    expect(HELLO);
    ByteBuffer init = message(INIT).putShort(VERSION_2_0).putInt(interfaceId).put((byte) 0);
    putText(init.position(init.position() + 24), "heddle-bench");
    exchange(init, ACK);
    exchange(
        message(ADD_REGION).putShort((short) SharedRings.REGION).putLong(rings.bytes()),
        ACK,
        rings.fd());
    exchange(ring(CLIENT_TO_SERVER, 0, 0), ACK, transmitEvent);
    for (int empty = 0; empty < receiveRing; empty++) {
      exchange(ring((short) 0, empty, rings.emptyRingOffset()), ACK, receiveEvent);
    }
    exchange(ring((short) 0, receiveRing, rings.receiveRingOffset()), ACK, receiveEvent);
    exchange(putText(message(CONNECT), "heddle-bench"), CONNECTED);
  }

  private ByteBuffer ring(short flags, int index, int offset) {
    return message(ADD_RING)
        .putShort(flags)
        .putShort((short) index)
        .putShort((short) SharedRings.REGION)
        .putInt(offset)
        .put((byte) rings.shape().log2Size())
        .putShort((short) 0);
  }

  private void exchange(ByteBuffer message, int expectedReply, int... attached) {
    if (!socket.send(MemorySegment.ofArray(message.array()), attached)) {
      throw new IllegalStateException("the memif server's queue is full");
    }
    expect(expectedReply);
  }

  private void expect(int type) {
    byte[] reply = new byte[MESSAGE_BYTES];
    ReceivedMessage received = await(MemorySegment.ofArray(reply));
    if (received.bytes() == 0) {
      throw new IllegalStateException("the memif server hung up instead of message " + type);
    }
    int came = ByteBuffer.wrap(reply).order(ByteOrder.LITTLE_ENDIAN).getShort();
    if (came != type) {
      String reason = new String(reply, 6, reply.length - 6, StandardCharsets.UTF_8).trim();
      throw new IllegalStateException(
          "memif message %d came instead of %d: %s".formatted(came, type, reason));
    }
  }

  private ReceivedMessage await(MemorySegment buffer) {
    long deadline = System.nanoTime() + REPLY_TIMEOUT_NS;
    while (System.nanoTime() < deadline) {
      ReceivedMessage received = socket.receive(buffer);
      if (received != null) {
        return received;
      }
      Thread.yield();
    }
    throw new IllegalStateException("the memif server did not answer");
  }

  private static ByteBuffer message(int type) {
    return ByteBuffer.allocate(MESSAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN).putShort((short) type);
  }

  private static ByteBuffer putText(ByteBuffer message, String text) {
    return message.put(text.getBytes(StandardCharsets.UTF_8));
  }
}
