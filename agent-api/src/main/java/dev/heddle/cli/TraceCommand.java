package dev.heddle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle trace}: tells what becomes of single packets. */
@Command(
    name = "trace",
    addMethodSubcommands = false,
    description = "Tells what becomes of single packets, a sentence for each stage.")
final class TraceCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: add, show or clear");
  }

  @Command(
      name = "add",
      description = "Traces the next packets that come in.",
      footer = {"heddle trace add 10 --interface a", "heddle trace add 10 'tcp port 80'"})
  void add(
      @Parameters(index = "0", paramLabel = "PACKETS", description = "How many; up to 1000.")
          int packets,
      @Parameters(
              index = "1",
              arity = "0..1",
              defaultValue = "",
              paramLabel = "FILTER",
              description = "Only packets such as 'tcp port 80', see pcap-filter(7).")
          String filter,
      @Option(
              names = "--interface",
              defaultValue = "",
              paramLabel = "NAME",
              description = "Only packets that come in on this endpoint, or uplink:NAME.")
          String interfaceName,
      @Mixin SocketOption socket) {
    TraceCalls.add(socket, packets, filter, interfaceName);
  }

  @Command(
      name = "show",
      description = "Shows what became of the packets that were traced.",
      footer = "heddle trace show")
  void show(@Mixin SocketOption socket, @Mixin Output output) {
    TraceCalls.show(socket, output);
  }

  @Command(
      name = "clear",
      description = "Traces no more packets and forgets those that were traced.",
      footer = "heddle trace clear")
  void clear(@Mixin SocketOption socket) {
    TraceCalls.clear(socket);
  }
}
