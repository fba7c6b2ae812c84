package dev.heddle.demo;

import dev.heddle.ffi.linux.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;

/**
 * Some data by TCP from one kernel to another, through sockets of this process that were opened in
 * their namespaces.
 *
 * @param sentBytes what the sender's kernel took
 * @param receivedBytes what the receiver's gave
 * @param intact whether it is the same data
 */
record TcpTransfer(long sentBytes, long receivedBytes, boolean intact) {
  private static final int BYTES = 2_000_000;
  private static final int BLOCK_BYTES = 50_000;
  static final int PORT = 5001;

  /** Most that is under way: no ring overflows while a daemon waits for a processor. */
  private static final int BUFFER_BYTES = 65_536;

  private static final int CONNECT_PATIENCE_MS = 5_000;

  /** In which a kernel asks twice. */
  private static final int ANSWER_PATIENCE_MS = 1_500;

  private static final int PATIENCE_MS = 20_000;

  /** Data that came through somewhere. */
  private record Data(long bytes, long checksum) {}

  /** Sends. What cannot be sent, or does not arrive within a generous time, is missing. */
  static TcpTransfer run(KernelPod from, KernelPod to, String address) {
    ServerSocket server = listen(Path.of(to.namespace().file()));
    try {
      CompletableFuture<Data> receiver = new CompletableFuture<>();
      Thread reader = Thread.ofPlatform().start(() -> receiver.complete(receive(server)));
      Data sent = send(Path.of(from.namespace().file()), address);
      if (sent.bytes() == 0) {
        // Nobody will come.
        close(server);
      }
      Data received = receiver.join();
      reader.join();
      return new TcpTransfer(sent.bytes(), received.bytes(), sent.equals(received));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted", e);
    } finally {
      close(server);
    }
  }

  /** Whether a kernel says anything, be it no, to somebody who wants to connect. */
  static boolean answers(KernelPod from, String address, int port) {
    return NetworkNamespace.call(
        Path.of(from.namespace().file()),
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), ANSWER_PATIENCE_MS);
            return true;
          } catch (SocketTimeoutException _) {
            return false;
          } catch (IOException _) {
            return true;
          }
        });
  }

  private static void close(ServerSocket server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerSocket listen(Path namespace) {
    return NetworkNamespace.call(
        namespace,
        () -> {
          try {
            ServerSocket server = new ServerSocket();
            server.setReceiveBufferSize(BUFFER_BYTES);
            server.setSoTimeout(PATIENCE_MS);
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(PORT));
            return server;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static Data receive(ServerSocket server) {
    CRC32 checksum = new CRC32();
    long bytes = 0;
    try (Socket socket = server.accept()) {
      socket.setSoTimeout(PATIENCE_MS);
      InputStream in = socket.getInputStream();
      byte[] block = new byte[BLOCK_BYTES];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        checksum.update(block, 0, read);
        bytes += read;
      }
    } catch (IOException _) {
      // What has not come until now is missing.
    }
    return new Data(bytes, checksum.getValue());
  }

  private static Data send(Path namespace, String address) {
    CRC32 checksum = new CRC32();
    long bytes = 0;
    try (Socket socket = connect(namespace, address)) {
      OutputStream out = socket.getOutputStream();
      Random random = new Random(BYTES);
      byte[] block = new byte[BLOCK_BYTES];
      while (bytes < BYTES) {
        random.nextBytes(block);
        out.write(block);
        checksum.update(block);
        bytes += BLOCK_BYTES;
      }
    } catch (IOException | UncheckedIOException _) {
      // What has not gone until now is not sent.
    }
    return new Data(bytes, checksum.getValue());
  }

  private static Socket connect(Path namespace, String address) {
    return NetworkNamespace.call(
        namespace,
        () -> {
          try {
            Socket socket = new Socket();
            socket.setSendBufferSize(BUFFER_BYTES);
            socket.connect(new InetSocketAddress(address, PORT), CONNECT_PATIENCE_MS);
            return socket;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Whether something was sent and all of it arrived as it was. */
  boolean whole() {
    return sentBytes == BYTES && intact;
  }
}
