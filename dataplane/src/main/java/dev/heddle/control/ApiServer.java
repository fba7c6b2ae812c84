package dev.heddle.control;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Serves the control interface on a Unix socket that only the daemon's own user can open.
 *
 * <p>A socket that an earlier daemon left is replaced; the caller has made sure that it has ended.
 */
public final class ApiServer implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<?> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** A Unix socket's address has 108 bytes, some of which are for a name that nobody else knows. */
  private static final int MAX_PATH_BYTES = 80;

  private static final long SHUTDOWN_SECONDS = 5;

  private final Path socket;
  private final EventLoopGroup eventLoop;
  private final Server server;

  private ApiServer(Path socket, List<ServerServiceDefinition> services) throws IOException {
    this.socket = socket;
    eventLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Path door = Files.createTempDirectory(socket.getParent(), ".", PRIVATE_DIRECTORY);
    Path behindDoor = door.resolve("s");
    try {
      server =
          NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(behindDoor))
              .channelType(NioServerDomainSocketChannel.class)
              .bossEventLoopGroup(eventLoop)
              .workerEventLoopGroup(eventLoop)
              .maxInboundMessageSize(ApiLimits.MESSAGE_BYTES)
              .maxConcurrentCallsPerConnection(ApiLimits.CALLS_PER_CONNECTION)
              .intercept(new RevisionReply())
              .addServices(services)
              .build()
              .start();
      // Nobody can reach it before its permissions are right.
      Files.setPosixFilePermissions(behindDoor, OWNER_ONLY);
      Files.move(behindDoor, socket, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    } finally {
      Files.deleteIfExists(behindDoor);
      Files.delete(door);
    }
  }

  /**
   * Starts to serve.
   *
   * @param socket in a directory that exists
   * @throws IOException with a message for the operator if that is not possible
   */
  public static ApiServer start(Path socket, List<ServerServiceDefinition> services)
      throws IOException {
    Path path = socket.toAbsolutePath();
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
      throw new IOException(
          "API socket "
              + path
              + ": longer than "
              + MAX_PATH_BYTES
              + " bytes; choose a shorter one");
    }
    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path)) {
      throw new IOException(
          "API socket " + path + ": is a file or directory; remove it or choose another path");
    }
    return new ApiServer(path, services);
  }

  /** Ends all calls and removes the socket. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(socket);
    server.shutdownNow();
    try {
      server.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
