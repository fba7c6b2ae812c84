package dev.heddle.control;

import dev.heddle.api.v1.HeddleGrpc;
import dev.heddle.api.v1.ObservationGrpc;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Serves the control interface: on a Unix socket to those that may come there, and to other
 * machines by mutual TLS where that is asked for. Health and reflection are served beside it.
 *
 * <p>A socket that an earlier daemon left is replaced; the caller has made sure that it has ended.
 */
public final class ApiServer implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** Where others than the owner may come, it is the kernel's word that counts. */
  private static final Set<PosixFilePermission> EVERYBODY =
      PosixFilePermissions.fromString("rw-rw-rw-");

  private static final FileAttribute<?> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** A Unix socket's address has 108 bytes, some of which are for a name that nobody else knows. */
  private static final int MAX_PATH_BYTES = 80;

  private static final long SHUTDOWN_SECONDS = 5;

  /** After so long without a word a client is asked whether it is there, so that none stays. */
  private static final long KEEPALIVE_SECONDS = 30;

  /** Clients that watch may ask that often; more than that, and they are disconnected. */
  private static final long CLIENT_KEEPALIVE_SECONDS = 10;

  private final Path socket;
  private final EventLoopGroup acceptor =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<EventLoopGroup> eventLoops = new ArrayList<>(List.of(acceptor));
  private final List<Server> servers = new ArrayList<>();
  private final HealthStatusManager health = new HealthStatusManager();
  private final List<ServerServiceDefinition> services;

  private ApiServer(ApiDoors doors, List<ServerServiceDefinition> services) throws IOException {
    this.socket = doors.socket().toAbsolutePath();
    this.services = services;
    setReady(true);
    try {
      if (doors.tcp() != null) {
        startTcp(doors.tcp());
      }
      startLocal(doors);
    } catch (IOException | RuntimeException e) {
      end();
      throw e;
    }
  }

  /**
   * Starts to serve.
   *
   * @param doors with a socket in a directory that exists
   * @throws IOException with a message for the operator if that is not possible
   */
  public static ApiServer start(ApiDoors doors, List<ServerServiceDefinition> services)
      throws IOException {
    Path path = doors.socket().toAbsolutePath();
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
    return new ApiServer(doors, services);
  }

  private void startLocal(ApiDoors doors) throws IOException {
    Doorkeeper doorkeeper = with(new Doorkeeper(new LocalGuests(doors.users(), doors.groups())));
    Path door = Files.createTempDirectory(socket.getParent(), ".", PRIVATE_DIRECTORY);
    Path behindDoor = door.resolve("s");
    try {
      serve(
          NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(behindDoor))
              .channelType(NioServerDomainSocketChannel.class),
          doorkeeper);
      boolean ownerOnly = doors.users().isEmpty() && doors.groups().isEmpty();
      // Nobody can reach it before its permissions are right.
      Files.setPosixFilePermissions(behindDoor, ownerOnly ? OWNER_ONLY : EVERYBODY);
      Files.move(behindDoor, socket, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(behindDoor);
      Files.delete(door);
    }
  }

  private void startTcp(ApiDoors.Tcp tcp) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(tcp.address())
            .channelType(NioServerSocketChannel.class)
            .sslContext(sslContext(tcp));
    if (!tcp.clientNames().isEmpty()) {
      builder.intercept(new ClientNames(tcp.clientNames()));
    }
    serve(
        builder,
        with(
            new Doorkeeper(connection ->
                "host "
                    + ((InetSocketAddress) connection.remoteAddress())
                        .getAddress()
                        .getHostAddress())));
  }

  private static SslContext sslContext(ApiDoors.Tcp tcp) throws IOException {
    for (Path file : List.of(tcp.certificate(), tcp.key(), tcp.clientAuthorities())) {
      if (!Files.isReadable(file)) {
        throw new IOException(
            "API over TLS: file " + file + ": is not there or not to be read; give another");
      }
    }
    try {
      return GrpcSslContexts.configure(
              SslContextBuilder.forServer(tcp.certificate().toFile(), tcp.key().toFile())
                  .trustManager(tcp.clientAuthorities().toFile())
                  .clientAuth(ClientAuth.REQUIRE),
              SslProvider.JDK)
          .build();
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "API over TLS: %s, %s, %s: %s; give certificates in PEM, and the key in PKCS #8"
              .formatted(tcp.certificate(), tcp.key(), tcp.clientAuthorities(), e.getMessage()),
          e);
    }
  }

  private void serve(NettyServerBuilder builder, Doorkeeper doorkeeper) throws IOException {
    servers.add(
        builder
            .bossEventLoopGroup(acceptor)
            .workerEventLoopGroup(doorkeeper)
            .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(CLIENT_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .maxInboundMessageSize(ApiLimits.MESSAGE_BYTES)
            .maxConcurrentCallsPerConnection(ApiLimits.CALLS_PER_CONNECTION)
            .intercept(new RevisionReply())
            .addServices(services)
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .build()
            .start());
  }

  private Doorkeeper with(Doorkeeper doorkeeper) {
    eventLoops.add(doorkeeper);
    return doorkeeper;
  }

  /** The port of the door for other machines; -1 if there is none. */
  public int tcpPort() {
    return servers.getFirst().getPort();
  }

  /** Tells through the health service whether the daemon forwards packets. */
  public void setReady(boolean ready) {
    ServingStatus status = ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HeddleGrpc.SERVICE_NAME, status);
    health.setStatus(ObservationGrpc.SERVICE_NAME, status);
  }

  private void end() {
    servers.forEach(Server::shutdownNow);
    for (Server server : servers) {
      try {
        server.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    eventLoops.forEach(loop -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS));
  }

  /** Ends all calls and removes the socket. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(socket);
    end();
  }
}
