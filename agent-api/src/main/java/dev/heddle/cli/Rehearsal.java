package dev.heddle.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs commands of every kind, one after the other in one JVM, and throws away what they say. The
 * build makes the AOT cache of {@code heddle} from what they load.
 */
final class Rehearsal {
  /** They share the socket, the counters file and the directory of a daemon that has no state. */
  private static final List<String> LINES =
      List.of(
          "version",
          "--help",
          "show interface --help",
          "network add aot --vni 1 --range 172.19.0.0/16 --range fd00:19::/64 --socket SOCKET",
          "endpoint add aot-1 --network aot --address 172.19.0.10 --mac 02:00:00:00:00:0a"
              + " --memif DIRECTORY/aot.memif --socket SOCKET",
          "route add aot 10.0.0.0/8 --endpoint aot-1 --socket SOCKET",
          "network list --socket SOCKET",
          "endpoint list -o json --socket SOCKET",
          "route list -o yaml --socket SOCKET",
          "node list --socket SOCKET",
          "uplink list --socket SOCKET",
          "policy list --socket SOCKET",
          "policy hits --socket SOCKET",
          "policy log --socket SOCKET",
          "capture list --socket SOCKET",
          "trace show --socket SOCKET",
          "show interface --file COUNTERS --socket SOCKET",
          "show errors --file COUNTERS",
          "show runtime --file COUNTERS -o json",
          "show worker --file COUNTERS --socket SOCKET",
          "show memif --socket SOCKET",
          "show neighbor --socket SOCKET",
          "show vrf --socket SOCKET",
          "show route --socket SOCKET",
          "show route aot 172.19.0.10 --socket SOCKET",
          "show endpoint --socket SOCKET",
          "show node --socket SOCKET",
          "show tunnel --socket SOCKET",
          "show mtu --socket SOCKET",
          "stats --file COUNTERS",
          "top --count 1 --interval 0.1 --file COUNTERS",
          "explain --from aot-1 --to 172.19.0.20 --socket SOCKET",
          "export --socket SOCKET",
          "log level --socket SOCKET",
          "watch --count 1 --since 1 --socket SOCKET",
          "route delete aot 10.0.0.0/8 --socket SOCKET",
          "endpoint delete aot-1 --socket SOCKET",
          "network delete aot --socket SOCKET");

  private Rehearsal() {}

  /**
   * Runs them against a daemon; ends with status 1 if one of them fails.
   *
   * @param arguments the daemon's socket, its counters file and a directory for a pod's socket
   */
  public static void main(String[] arguments) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    PrintWriter err = new PrintWriter(System.err, true);
    for (String line : LINES) {
      String[] words =
          Stream.of(line.split(" "))
              .map(word -> word.replace("SOCKET", arguments[0]))
              .map(word -> word.replace("COUNTERS", arguments[1]))
              .map(word -> word.replace("DIRECTORY", arguments[2]))
              .toArray(String[]::new);
      if (HeddleCli.commandLine(nowhere, err, words).execute(words) != 0) {
        err.println("heddle " + String.join(" ", words) + " failed");
        System.exit(1);
      }
    }
  }
}
