package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.NetworkNamespace;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.UnixAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Opens sockets by the names in the configuration, in the network namespace they belong to. */
final class SocketNames {
  /** How many connections may wait to be accepted. */
  static final int BACKLOG = 64;

  private static final int FILE_TYPE_MASK = 0xf000;
  private static final int FILE_TYPE_SOCKET = 0xc000;

  private SocketNames() {}

  /**
   * Connects.
   *
   * @throws LinuxException where nobody listens, or the namespace cannot be entered
   */
  static SeqpacketSocket connect(MemifSocket socket) {
    UnixAddress address = address(socket);
    return inNamespace(socket, () -> SeqpacketSocket.connect(address));
  }

  /**
   * Listens. The file of a socket that nobody listens on any more is replaced.
   *
   * @throws MemifConfigException where the name cannot be had
   */
  static SeqpacketSocket listen(MemifSocket socket) {
    UnixAddress address = address(socket);
    if (!socket.isAbstract()) {
      requireUsable(socket);
      SeqpacketSocket.removeStale(Path.of(socket.name()));
    }
    try {
      return inNamespace(socket, () -> SeqpacketSocket.listen(address, BACKLOG));
    } catch (LinuxException e) {
      throw unavailable(socket, e);
    }
  }

  private static UnixAddress address(MemifSocket socket) {
    return socket.isAbstract()
        ? UnixAddress.ofAbstract(socket.name().substring(1))
        : UnixAddress.ofPath(Path.of(socket.name()));
  }

  private static SeqpacketSocket inNamespace(MemifSocket socket, Supplier<SeqpacketSocket> code) {
    return socket
        .networkNamespace()
        .map(namespace -> NetworkNamespace.call(Path.of(namespace), code))
        .orElseGet(code);
  }

  private static void requireUsable(MemifSocket socket) {
    Path path = Path.of(socket.name());
    Path directory = path.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new MemifConfigException(
          "socket", socket, "the directory " + directory + " does not exist; create it first");
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isSocket(path)) {
      throw new MemifConfigException(
          "socket",
          socket,
          "the file exists and is no socket; move it away or choose another name");
    }
  }

  private static boolean isSocket(Path path) {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return (mode & FILE_TYPE_MASK) == FILE_TYPE_SOCKET;
    } catch (IOException e) {
      return false;
    }
  }

  private static MemifConfigException unavailable(MemifSocket socket, LinuxException e) {
    if (e.errorName().equals("EADDRINUSE")) {
      return new MemifConfigException(
          "socket", socket, "another process listens there; stop it or choose another name");
    }
    if (socket.networkNamespace().isPresent()) {
      return new MemifConfigException(
          "networkNamespace",
          socket.networkNamespace().get(),
          e.getMessage() + "; name the namespace file of a running pod");
    }
    return new MemifConfigException(
        "socket", socket, e.getMessage() + "; choose a place where the daemon may listen");
  }
}
