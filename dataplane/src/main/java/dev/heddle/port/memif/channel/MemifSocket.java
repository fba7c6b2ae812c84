package dev.heddle.port.memif.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Objects;
import java.util.Optional;

/**
 * Where client and server meet. Several interfaces may share a listening socket.
 *
 * @param name a path, or an abstract name beginning with '@'
 * @param networkNamespace path of the network namespace that an abstract name belongs to, such as
 *     /proc/PID/ns/net or /run/netns/x; none is the daemon's own
 */
public record MemifSocket(String name, Optional<String> networkNamespace) {
  /** What {@code sun_path} holds besides one NUL: at the end of a path, before an abstract name. */
  static final int MAX_NAME_BYTES = 107;

  public MemifSocket {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(networkNamespace, "networkNamespace");
    boolean isAbstract = name.startsWith("@");
    if (!isAbstract && !name.startsWith("/")) {
      throw new MemifConfigException(
          "socket",
          '"' + name + '"',
          "name an absolute path, or an abstract socket by a leading '@'");
    }
    if (name.length() < 2) {
      throw new MemifConfigException("socket", '"' + name + '"', "the name is empty; give one");
    }
    if (name.indexOf('\0') >= 0) {
      throw new MemifConfigException(
          "socket", '"' + name.replace('\0', '?') + '"', "leave NUL characters out of the name");
    }
    int bytes = name.getBytes(UTF_8).length - (isAbstract ? 1 : 0);
    if (bytes > MAX_NAME_BYTES) {
      throw new MemifConfigException(
          "socket",
          '"' + name + '"',
          "of " + bytes + " bytes; Linux allows " + MAX_NAME_BYTES + ", choose a shorter name");
    }
    if (networkNamespace.isPresent() && !isAbstract) {
      throw new MemifConfigException(
          "networkNamespace",
          '"' + networkNamespace.get() + '"',
          "a path is the same in every network namespace; leave the field out, or use an abstract"
              + " socket ('@')");
    }
  }

  /** A socket in the daemon's own network namespace. */
  public static MemifSocket of(String name) {
    return new MemifSocket(name, Optional.empty());
  }

  /** An abstract socket in another network namespace. */
  public static MemifSocket in(String networkNamespace, String name) {
    return new MemifSocket(name, Optional.of(networkNamespace));
  }

  boolean isAbstract() {
    return name.startsWith("@");
  }

  @Override
  public String toString() {
    return networkNamespace.map(namespace -> name + " in " + namespace).orElse(name);
  }
}
