package dev.heddle.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle node}: adds, deletes and lists other nodes. */
@Command(
    name = "node",
    addMethodSubcommands = false,
    description = "Adds, deletes or lists other nodes, which tunnels lead to.")
final class NodeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: add, delete or list");
  }

  @Command(
      name = "add",
      description = "Adds a node, or replaces its definition.",
      footer = "heddle node add node-2 --vtep 192.0.2.2")
  void add(
      @Parameters(paramLabel = "NAME", description = "Its unique name.") String name,
      @Option(
              names = "--vtep",
              required = true,
              paramLabel = "ADDRESS[@NETWORK]",
              description =
                  "Where its tunnels end, and the physical network there unless it is the default"
                      + " one; may be repeated.")
          List<String> vteps,
      @Option(
              names = "--router-mac",
              paramLabel = "MAC",
              description = "Its router's Ethernet address. Default: that of every Heddle node.")
          String routerMac,
      @Option(
              names = "--zero-udp6-checksum",
              description = "It takes UDP over IPv6 without a checksum.")
          boolean acceptsZeroUdp6Checksum,
      @Mixin SocketOption socket) {
    NodeCalls.add(socket, name, vteps, routerMac, acceptsZeroUdp6Checksum);
  }

  @Command(
      name = "delete",
      description = "Deletes nodes, all or none of those named.",
      footer = "heddle node delete node-2")
  void delete(
      @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.")
          List<String> names,
      @Mixin SocketOption socket) {
    NodeCalls.delete(socket, names);
  }

  @Command(name = "list", description = "Lists the other nodes.", footer = "heddle node list")
  void list(@Mixin SocketOption socket, @Mixin Output output) {
    NodeCalls.list(socket, output);
  }
}
