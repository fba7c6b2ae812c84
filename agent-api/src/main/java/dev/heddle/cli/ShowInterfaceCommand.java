package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.stats.Snapshot;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code heddle show interface}: what each interface received, sent and lost. */
@Command(
    name = "interface",
    aliases = {"interfaces", "int"},
    description = "Shows what each interface received, sent and lost.")
final class ShowInterfaceCommand implements Runnable {
  @Mixin private CountersSource source;
  @Mixin private Output output;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Only the interface of this endpoint.")
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
    output.write(
        out -> new InterfaceTable(snapshot).addAll(chosen).print(out, Output.widthCharacters()),
        json -> writeJson(snapshot, chosen, json));
  }

  private static void writeJson(Snapshot snapshot, List<InterfaceStats> chosen, JsonWriter json)
      throws IOException {
    StatsJson writer = new StatsJson(snapshot, json);
    json.beginArray();
    for (InterfaceStats each : chosen) {
      writer.writeInterface(each);
    }
    json.endArray();
  }
}
