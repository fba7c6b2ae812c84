package dev.heddle.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle uplink}: adds, deletes and lists uplinks. */
@Command(
    name = "uplink",
    addMethodSubcommands = false,
    description = "Adds, deletes or lists uplinks, which carry tunnels to other nodes.")
final class UplinkCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: add, delete or list");
  }

  @Command(
      name = "add",
      description = "Adds an uplink, or replaces its definition.",
      footer = "heddle uplink add --dpdk net_af_packet0,iface=eth1 --address 192.0.2.1/24")
  void add(@Mixin UplinkOptions options, @Mixin SocketOption socket) {
    UplinkCalls.add(socket, options);
  }

  @Command(
      name = "delete",
      description = "Deletes uplinks, all or none of those named.",
      footer = "heddle uplink delete")
  void delete(
      @Parameters(
              arity = "0..*",
              paramLabel = "NAME",
              description = "Their names. Default: the uplink of the default physical network.")
          List<String> names,
      @Mixin SocketOption socket) {
    UplinkCalls.delete(socket, names == null ? List.of("") : names);
  }

  @Command(name = "list", description = "Lists the uplinks.", footer = "heddle uplink list")
  void list(@Mixin SocketOption socket, @Mixin Output output) {
    UplinkCalls.list(socket, output);
  }
}
