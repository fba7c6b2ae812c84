package dev.heddle.control;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the control interface can be reached, and by whom.
 *
 * @param socket Unix socket
 * @param users who may use it besides root and the daemon's own user, by name or number
 * @param groups whose processes may use it, by name or number
 * @param tcp the door for other machines; null if there is none
 */
public record ApiDoors(Path socket, List<String> users, List<String> groups, Tcp tcp) {
  public ApiDoors {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
  }

  /** Only the Unix socket, only for root and the daemon's own user. */
  public static ApiDoors at(Path socket) {
    return new ApiDoors(socket, List.of(), List.of(), null);
  }

  /**
   * A door that both sides show certificates at (mutual TLS).
   *
   * @param address to listen on
   * @param certificate file with the daemon's certificate and those above it, PEM
   * @param key file with its private key, PKCS #8 in PEM
   * @param clientAuthorities file with the certificates that clients' must descend from, PEM
   * @param clientNames one of which a client's certificate must have, as its common name or one of
   *     its alternative names; empty: any
   */
  public record Tcp(
      InetSocketAddress address,
      Path certificate,
      Path key,
      Path clientAuthorities,
      List<String> clientNames) {
    public Tcp {
      clientNames = List.copyOf(clientNames);
    }
  }
}
