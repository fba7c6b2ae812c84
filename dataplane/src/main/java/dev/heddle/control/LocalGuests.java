package dev.heddle.control;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Who may come through the Unix socket: the kernel tells who connected (SO_PEERCRED), whoever has
 * the file's permissions.
 */
final class LocalGuests implements Doorkeeper.Guests {
  private final Set<UserPrincipal> users = new HashSet<>();
  private final Set<UserPrincipal> groups = new HashSet<>();

  /**
   * @param users names or numbers of users besides root and the daemon's own
   * @param groups names or numbers of groups; the one that a process runs as counts
   * @throws IOException with a message for the operator if one of them is unknown
   */
  LocalGuests(List<String> users, List<String> groups) throws IOException {
    UserPrincipalLookupService known = FileSystems.getDefault().getUserPrincipalLookupService();
    this.users.add(known.lookupPrincipalByName("0"));
    this.users.add(Files.getOwner(Path.of("/proc/self")));
    for (String user : users) {
      try {
        this.users.add(known.lookupPrincipalByName(user));
      } catch (IOException e) {
        throw new IOException(
            "API user " + user + ": no such user; give the name or number of one", e);
      }
    }
    for (String group : groups) {
      try {
        this.groups.add(known.lookupPrincipalByGroupName(group));
      } catch (IOException e) {
        throw new IOException(
            "API group " + group + ": no such group; give the name or number of one", e);
      }
    }
  }

  @Override
  public String admit(Channel connection) {
    UnixDomainPrincipal peer =
        connection.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    if (peer == null) {
      throw new SecurityException("the kernel does not tell who connected");
    }
    if (!users.contains(peer.user()) && !groups.contains(peer.group())) {
      throw new SecurityException(
          "user "
              + peer.user().getName()
              + " of group "
              + peer.group().getName()
              + " is not on the list; allow it by --api-user or --api-group");
    }
    return "user " + peer.user().getName();
  }
}
