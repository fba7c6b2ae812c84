package dev.heddle.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code heddle network}: the networks of this node. */
@Command(
    name = "network",
    description = "Creates, lists and deletes networks.",
    subcommands = {
      NetworkCommand.Set.class,
      NetworkCommand.ListAll.class,
      NetworkCommand.Delete.class,
    })
final class NetworkCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing what to do: set, list or delete");
  }

  @Command(name = "set", description = "Creates a network or replaces its definition.")
  static final class Set implements Runnable {
    @Mixin private DaemonAccess daemon;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name;

    @Option(
        names = "--vni",
        required = true,
        paramLabel = "NUMBER",
        description = "Its VXLAN network identifier, 1 to 16777215.")
    private int vni;

    @Option(
        names = "--range",
        required = true,
        paramLabel = "PREFIX",
        description = "Its range, IPv4 or IPv6; once for each family.")
    private List<String> ranges;

    @Option(
        names = "--mtu",
        paramLabel = "BYTES",
        description = "Largest IP packet. Default: 1500.")
    private int mtu;

    @Override
    public void run() {
      NetworkCalls.set(daemon, name, vni, ranges, mtu);
    }
  }

  @Command(name = "list", description = "Lists the networks.")
  static final class ListAll implements Runnable {
    @Mixin private DaemonAccess daemon;
    @Mixin private Output output;

    @Override
    public void run() {
      NetworkCalls.list(daemon, output);
    }
  }

  @Command(name = "delete", description = "Deletes a network that nothing stands in any more.")
  static final class Delete implements Runnable {
    @Mixin private DaemonAccess daemon;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name;

    @Override
    public void run() {
      NetworkCalls.delete(daemon, name);
    }
  }
}
