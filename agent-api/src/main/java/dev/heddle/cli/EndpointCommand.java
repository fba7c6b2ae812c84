package dev.heddle.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle endpoint}: the pods' interfaces on this node. */
@Command(
    name = "endpoint",
    description = "Creates, lists and deletes endpoints, the pods' interfaces.",
    subcommands = {
      EndpointCommand.Set.class,
      EndpointCommand.ListAll.class,
      EndpointCommand.Delete.class,
    })
final class EndpointCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: set, list or delete");
  }

  @Command(name = "set", description = "Creates an endpoint or replaces its definition.")
  static final class Set implements Runnable {
    @Mixin private DaemonAccess daemon;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name;

    @Option(
        names = "--network",
        required = true,
        paramLabel = "NAME",
        description = "The network it stands in.")
    private String network;

    @Option(
        names = "--address",
        required = true,
        paramLabel = "ADDRESS",
        description = "An address of its own, IPv4 or IPv6; may be repeated.")
    private List<String> addresses;

    @Option(
        names = "--mac",
        required = true,
        paramLabel = "MAC",
        description = "Its Ethernet address.")
    private String mac;

    @Option(
        names = "--memif",
        required = true,
        paramLabel = "SOCKET",
        description =
            "The memif socket that Heddle listens on for the pod: an absolute path, or '@' and a"
                + " name.")
    private String memifSocket;

    @Option(
        names = "--memif-id",
        paramLabel = "NUMBER",
        description = "The interface's id on that socket. Default: 0.")
    private int memifId;

    @Override
    public void run() {
      EndpointCalls.set(daemon, name, network, addresses, mac, memifSocket, memifId);
    }
  }

  @Command(name = "list", description = "Lists the endpoints.")
  static final class ListAll implements Runnable {
    @Mixin private DaemonAccess daemon;
    @Mixin private Output output;

    @Override
    public void run() {
      EndpointCalls.list(daemon, output);
    }
  }

  @Command(name = "delete", description = "Deletes an endpoint and its socket.")
  static final class Delete implements Runnable {
    @Mixin private DaemonAccess daemon;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name;

    @Override
    public void run() {
      EndpointCalls.delete(daemon, name);
    }
  }
}
