package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Network;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Prefix;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
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
      Network.Builder network = Network.newBuilder().setName(name).setVni(vni).setMtu(mtu);
      for (String text : ranges) {
        Prefix range = daemon.read(Addresses::parsePrefix, text);
        if (range.getAddress().size() == Integer.BYTES) {
          network.setRange4(range);
        } else {
          network.setRange6(range);
        }
      }
      daemon.apply(Operations.upsert(network.build()));
    }
  }

  @Command(name = "list", description = "Lists the networks.")
  static final class ListAll implements Runnable {
    @Mixin private DaemonAccess daemon;
    @Mixin private Output output;

    @Override
    public void run() {
      List<NetworkStatus> networks = daemon.ask(HeddleClient::networks);
      output.write(out -> print(networks, out), json -> write(networks, json));
    }

    private static void print(List<NetworkStatus> networks, PrintWriter out) {
      TextTable table =
          new TextTable()
              .flexible("network")
              .number("vni")
              .text("ranges")
              .number("endpoints")
              .number("routes");
      for (NetworkStatus each : networks) {
        Network network = each.getNetwork();
        table.row(
            network.getName(),
            network.getVni(),
            String.join(" ", ranges(network)),
            each.getEndpointCount(),
            each.getRouteCount());
      }
      table.print(out, Output.widthCharacters());
    }

    private static void write(List<NetworkStatus> networks, JsonWriter json) throws IOException {
      json.beginArray();
      for (NetworkStatus each : networks) {
        Network network = each.getNetwork();
        json.beginObject().name("name").value(network.getName());
        json.name("vni").value(network.getVni());
        json.name("ranges").beginArray();
        for (String range : ranges(network)) {
          json.value(range);
        }
        json.endArray();
        json.name("endpoints").value(each.getEndpointCount());
        json.name("routes").value(each.getRouteCount()).endObject();
      }
      json.endArray();
    }

    private static List<String> ranges(Network network) {
      List<String> ranges = new ArrayList<>();
      if (network.hasRange4()) {
        ranges.add(Addresses.format(network.getRange4()));
      }
      if (network.hasRange6()) {
        ranges.add(Addresses.format(network.getRange6()));
      }
      return ranges;
    }
  }

  @Command(name = "delete", description = "Deletes a network that nothing stands in any more.")
  static final class Delete implements Runnable {
    @Mixin private DaemonAccess daemon;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name;

    @Override
    public void run() {
      daemon.apply(Operations.deleteNetwork(name));
    }
  }
}
