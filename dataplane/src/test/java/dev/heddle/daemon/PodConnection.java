package dev.heddle.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A TCP connection between two pods' kernels, each end in its network namespace. */
public record PodConnection(SocketChannel client, SocketChannel server) implements AutoCloseable {
  private static final long DEADLINE_S = 120;
  private static final int CHUNK_BYTES = 1 << 16;

  private interface Opening<T> {
    T open() throws IOException;
  }

  private interface Work {
    void run() throws IOException;
  }

  /**
   * Connects two pods.
   *
   * @param address the server's
   */
  public static PodConnection open(PodNamespace client, PodNamespace server, String address)
      throws Exception {
    ProtocolFamily family = family(address);
    try (ServerSocketChannel listener = inside(server, () -> ServerSocketChannel.open(family))) {
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
      SocketChannel own = inside(client, () -> SocketChannel.open(family));
      CompletableFuture<Void> connected = start(() -> own.connect(listener.getLocalAddress()));
      SocketChannel[] accepted = new SocketChannel[1];
      start(() -> accepted[0] = listener.accept()).get(DEADLINE_S, TimeUnit.SECONDS);
      connected.get(DEADLINE_S, TimeUnit.SECONDS);
      return new PodConnection(own, accepted[0]);
    }
  }

  /** Sends so much both ways at the same time, and compares what arrives. */
  public void exchange(int bytes) throws Exception {
    CompletableFuture.allOf(
            start(() -> send(client, 1, bytes)),
            start(() -> send(server, 2, bytes)),
            start(() -> receive(server, 1, bytes)),
            start(() -> receive(client, 2, bytes)))
        .get(DEADLINE_S, TimeUnit.SECONDS);
  }

  private static void send(SocketChannel to, long seed, int bytes) throws IOException {
    Random random = new Random(seed);
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int sent = 0; sent < bytes; sent += CHUNK_BYTES) {
      random.nextBytes(chunk);
      ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, Math.min(CHUNK_BYTES, bytes - sent));
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
    }
  }

  private static void receive(SocketChannel from, long seed, int bytes) throws IOException {
    Random random = new Random(seed);
    byte[] expected = new byte[CHUNK_BYTES];
    for (int received = 0; received < bytes; received += CHUNK_BYTES) {
      random.nextBytes(expected);
      ByteBuffer buffer = ByteBuffer.allocate(Math.min(CHUNK_BYTES, bytes - received));
      while (buffer.hasRemaining()) {
        assertThat(from.read(buffer)).isPositive();
      }
      assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(expected, 0, buffer.limit()));
    }
  }

  /** A UDP socket in a pod, bound to its address and a port, that waits for what it receives. */
  public static DatagramChannel udp(PodNamespace pod, String address, int port) throws IOException {
    DatagramChannel channel = inside(pod, () -> DatagramChannel.open(family(address)));
    return channel.bind(new InetSocketAddress(InetAddress.getByName(address), port));
  }

  /** Waits for a datagram and answers who sent it; its bytes are in the buffer, to be read. */
  public static InetSocketAddress await(DatagramChannel channel, ByteBuffer buffer)
      throws Exception {
    InetSocketAddress[] sender = new InetSocketAddress[1];
    start(() -> sender[0] = (InetSocketAddress) channel.receive(buffer.clear()))
        .get(DEADLINE_S, TimeUnit.SECONDS);
    buffer.flip();
    return sender[0];
  }

  private static ProtocolFamily family(String address) {
    return address.contains(":") ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
  }

  private static <T> T inside(PodNamespace pod, Opening<T> opening) {
    return NetworkNamespace.call(
        pod.file(),
        () -> {
          try {
            return opening.open();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static CompletableFuture<Void> start(Work work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            work.run();
            done.complete(null);
          } catch (Throwable t) {
            done.completeExceptionally(t);
          }
        });
    return done;
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
