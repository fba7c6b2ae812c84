package dev.heddle.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.ffi.linux.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.function.Supplier;

/** TCP between two namespaces: what is sent must come back unchanged. */
final class Echo {
  private static final int BYTES = 300_000;
  private static final int PORT = 7;
  private static final int PATIENCE_MS = 30_000;

  private Echo() {}

  /**
   * Connects from one namespace to an address of the other one, and sends random bytes both ways.
   */
  static void run(Namespace client, Namespace server, String address) throws IOException {
    byte[] sent = new byte[BYTES];
    new Random(address.hashCode()).nextBytes(sent);
    try (ServerSocket listener = inside(server, () -> listen(address))) {
      Thread answering = Thread.ofPlatform().daemon().start(() -> answer(listener));
      try (Socket socket = inside(client, () -> connect(address))) {
        socket.setSoTimeout(PATIENCE_MS);
        Thread sending = Thread.ofPlatform().daemon().start(() -> send(socket, sent));
        byte[] back = socket.getInputStream().readNBytes(BYTES);
        assertThat(back).isEqualTo(sent);
        join(sending);
      }
      join(answering);
    }
  }

  private static <T> T inside(Namespace namespace, Supplier<T> code) {
    return NetworkNamespace.call(NetworkNamespace.ofProcess(namespace.pid()), code);
  }

  private static ServerSocket listen(String address) {
    try {
      return new ServerSocket(PORT, 1, InetAddress.getByName(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Socket connect(String address) {
    try {
      Socket socket = new Socket();
      socket.connect(new InetSocketAddress(InetAddress.getByName(address), PORT), PATIENCE_MS);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void answer(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
