package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle show interface}: what each interface received, sent and lost; uplinks' ports. */
@Command(
    name = "interface",
    aliases = {"interfaces", "int"},
    description =
        "Shows what each interface received, sent and lost; of uplinks also what the daemon knows of"
            + " their ports.",
    footer = {"heddle show interface", "heddle show interface a -o json"})
final class ShowInterfaceCommand implements Runnable {
  @Mixin private CountersSource source;
  @Mixin private SocketOption socket;
  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Only the interface of this endpoint or uplink.")
  private String name;

  @Override
  public void run() {
    Snapshot snapshot = source.read(output);
    List<InterfaceStats> chosen =
        snapshot.interfaces().stream()
            .filter(each -> name == null || each.name().equals(name))
            .toList();
    if (chosen.isEmpty() && name != null) {
      throw new CommandException(
          "there is no interface '" + name + "': heddle show interface lists all");
    }
    Map<Integer, PortState> ports = ports(snapshot, chosen);
    output.write(
        out ->
            new InterfaceTable(snapshot, ports).addAll(chosen).print(out, Output.widthCharacters()),
        json -> writeJson(snapshot, chosen, ports, json));
  }

  /** By interface index, what the daemon knows of uplinks' ports: nothing if it cannot be asked. */
  private Map<Integer, PortState> ports(Snapshot snapshot, List<InterfaceStats> chosen) {
    if (!snapshot.daemon().running() || chosen.stream().noneMatch(ShowInterfaceCommand::isUplink)) {
      return Map.of();
    }
    try {
      return UplinkCalls.ports(socket, snapshot.daemon().pid());
    } catch (CommandException e) {
      output.note("the state of uplinks' ports is left out: " + e.getMessage());
      return Map.of();
    }
  }

  /** Uplinks stand in no network. */
  private static boolean isUplink(InterfaceStats stats) {
    return stats.network().isEmpty();
  }

  private static void writeJson(
      Snapshot snapshot,
      List<InterfaceStats> chosen,
      Map<Integer, PortState> ports,
      JsonWriter json)
      throws IOException {
    StatsJson writer = new StatsJson(snapshot, json);
    json.beginArray();
    for (InterfaceStats each : chosen) {
      writer.writeInterface(each, ports.get(each.index()));
    }
    json.endArray();
  }
}
