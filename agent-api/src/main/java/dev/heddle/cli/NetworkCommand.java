package dev.heddle.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle network}: adds, deletes and lists networks. */
@Command(
    name = "network",
    addMethodSubcommands = false,
    description = "Adds, deletes or lists networks.")
final class NetworkCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: add, delete or list");
  }

  @Command(
      name = "add",
      description = "Adds a network, or replaces its definition.",
      footer = "heddle network add blue --vni 56 --range 172.19.0.0/16 --range fd00:19::/64")
  void add(
      @Parameters(paramLabel = "NAME", description = "Its unique name.") String name,
      @Option(
              names = "--vni",
              required = true,
              paramLabel = "VNI",
              description = "Its VXLAN network identifier, 1 to 16777215.")
          int vni,
      @Option(
              names = "--range",
              required = true,
              paramLabel = "PREFIX",
              description = "Its IPv4 or IPv6 range; give one of each for both.")
          List<String> ranges,
      @Option(
              names = "--gateway",
              paramLabel = "ADDRESS",
              description = "The router's own address. Default: the first one of each range.")
          List<String> gateways,
      @Option(
              names = "--mtu",
              paramLabel = "BYTES",
              description =
                  "Its largest IP packet. Default: what fits into tunnels through its uplink, or"
                      + " 1500 without one.")
          int mtu,
      @Option(
              names = "--physical-network",
              paramLabel = "NAME",
              defaultValue = "",
              description = "The uplink that carries it to other nodes. Default: the default one.")
          String physicalNetwork,
      @Option(
              names = "--count-routes",
              description = "Count the packets and bytes of each route, at some cost in speed.")
          boolean countRoutes,
      @Mixin SocketOption socket) {
    NetworkCalls.add(
        socket, name, vni, ranges, orEmpty(gateways), mtu, physicalNetwork, countRoutes);
  }

  @Command(
      name = "delete",
      description = "Deletes networks, all or none of those named.",
      footer = "heddle network delete blue")
  void delete(
      @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.")
          List<String> names,
      @Mixin SocketOption socket) {
    NetworkCalls.delete(socket, names);
  }

  @Command(
      name = "list",
      description = "Lists the networks.",
      footer = "heddle network list -o json")
  void list(@Mixin SocketOption socket, @Mixin Output output) {
    NetworkCalls.list(socket, output);
  }

  private static List<String> orEmpty(List<String> values) {
    return values == null ? List.of() : values;
  }
}
