package dev.heddle.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle policy}: what there is, and what it decides. */
@Command(
    name = "policy",
    addMethodSubcommands = false,
    description = "Lists or deletes policies and what they name; shows how often rules decided.")
final class PolicyCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing what to do: list, delete, hits or log");
  }

  @Command(
      name = "list",
      description =
          "Lists tiers, policies, profiles and IP sets, in the order in which they are asked.",
      footer = "heddle policy list")
  void list(@Mixin SocketOption socket, @Mixin Output output) {
    PolicyCalls.list(socket, output);
  }

  @Command(
      name = "delete",
      description = "Deletes policies, all or none of those named.",
      footer = "heddle policy delete web-only")
  void delete(
      @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their names.")
          List<String> names,
      @Mixin SocketOption socket) {
    PolicyCalls.delete(socket, names);
  }

  @Command(
      name = "hits",
      description = {
        "Shows how often each rule decided about an endpoint's packets. Packets of a connection count",
        "when it begins, and each of them once a change of policy has ended it."
      },
      footer = "heddle policy hits a")
  void hits(
      @Parameters(
              arity = "0..1",
              defaultValue = "",
              paramLabel = "ENDPOINT",
              description = "Only about this endpoint's.")
          String endpoint,
      @Mixin SocketOption socket,
      @Mixin Output output) {
    PolicyCalls.hits(socket, output, endpoint);
  }

  @Command(
      name = "log",
      description = "Shows the packets that Log rules noted last.",
      footer = "heddle policy log a")
  void log(
      @Parameters(
              arity = "0..1",
              defaultValue = "",
              paramLabel = "ENDPOINT",
              description = "Only of this endpoint's policy.")
          String endpoint,
      @Mixin SocketOption socket,
      @Mixin Output output) {
    PolicyLogCalls.show(socket, output, endpoint);
  }
}
