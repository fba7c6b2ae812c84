package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.Operations;
import dev.heddle.api.v1.Endpoint;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.Memif;
import java.io.IOException;
import java.io.PrintWriter;
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
      Endpoint.Builder endpoint =
          Endpoint.newBuilder()
              .setName(name)
              .setNetwork(network)
              .setMac(daemon.read(Addresses::parseMac, mac))
              .setMemif(
                  Memif.newBuilder()
                      .setRole(Memif.Role.ROLE_SERVER)
                      .setSocket(memifSocket)
                      .setId(memifId));
      for (String address : addresses) {
        endpoint.addAddresses(daemon.read(Addresses::parse, address));
      }
      daemon.apply(Operations.upsert(endpoint.build()));
    }
  }

  @Command(name = "list", description = "Lists the endpoints.")
  static final class ListAll implements Runnable {
    @Mixin private DaemonAccess daemon;
    @Mixin private Output output;

    @Override
    public void run() {
      List<EndpointStatus> endpoints = daemon.ask(HeddleClient::endpoints);
      output.write(out -> print(endpoints, out), json -> write(endpoints, json));
    }

    private static void print(List<EndpointStatus> endpoints, PrintWriter out) {
      TextTable table =
          new TextTable()
              .flexible("endpoint")
              .flexible("network")
              .text("mac")
              .text("memif")
              .flexible("addresses");
      for (EndpointStatus each : endpoints) {
        Endpoint endpoint = each.getEndpoint();
        table.row(
            endpoint.getName(),
            endpoint.getNetwork(),
            Addresses.formatMac(endpoint.getMac()),
            endpoint.getMemif().getSocket() + " " + endpoint.getMemif().getId(),
            String.join(" ", addresses(endpoint)));
      }
      table.print(out, Output.widthCharacters());
    }

    private static void write(List<EndpointStatus> endpoints, JsonWriter json) throws IOException {
      json.beginArray();
      for (EndpointStatus each : endpoints) {
        Endpoint endpoint = each.getEndpoint();
        json.beginObject().name("name").value(endpoint.getName());
        json.name("network").value(endpoint.getNetwork());
        json.name("mac").value(Addresses.formatMac(endpoint.getMac()));
        json.name("memif_socket").value(endpoint.getMemif().getSocket());
        json.name("memif_id").value(endpoint.getMemif().getId());
        json.name("addresses").beginArray();
        for (String address : addresses(endpoint)) {
          json.value(address);
        }
        json.endArray();
        json.name("interface_index").value(each.getInterfaceIndex()).endObject();
      }
      json.endArray();
    }

    private static List<String> addresses(Endpoint endpoint) {
      return endpoint.getAddressesList().stream().map(Addresses::format).toList();
    }
  }

  @Command(name = "delete", description = "Deletes an endpoint and its socket.")
  static final class Delete implements Runnable {
    @Mixin private DaemonAccess daemon;

    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name;

    @Override
    public void run() {
      daemon.apply(Operations.deleteEndpoint(name));
    }
  }
}
