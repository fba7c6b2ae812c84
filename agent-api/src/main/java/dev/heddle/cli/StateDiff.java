package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.IpSetKey;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Planned;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.RouteKeys;
import dev.heddle.api.v1.Routes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.ExitCode;

/** What the daemon says that a file would change, beside what there is. */
final class StateDiff {
  private static final int DIFFERENT = 3;

  /** A field that an object would get; texts are JSON, empty where it is not set. */
  private record Field(String name, String before, String after) {}

  /**
   * What would become of an object.
   *
   * @param what create, change or delete; of routes, where it is not known whether they are there,
   *     upsert
   * @param fields that differ, if it is changed
   */
  private record Difference(String what, String kind, String name, List<Field> fields) {
    String sign() {
      return switch (what) {
        case "delete" -> "-";
        case "change" -> "~";
        default -> "+";
      };
    }
  }

  private final Map<String, Message> present = new HashMap<>();

  private StateDiff(Map<String, Collection<? extends Message>> objects) {
    objects.forEach((section, messages) ->
        messages.forEach(
            each -> present.put(kind(StateFields.SECTIONS.get(section)) + " " + name(each), each)));
  }

  /** Shows the differences and returns the exit status that tells whether there are any. */
  static int show(SocketOption socket, StateFile file, boolean replace, Output output) {
    List<Difference> differences =
        Daemon.ask(
            socket,
            client -> {
              StateDiff diff = new StateDiff(StateCalls.objects(client));
              Planned planned =
                  StateCalls.located(file, () -> client.plan(file.operations(), replace));
              if (planned.getTooLarge()) {
                throw new CommandException(
                    "more would change than is told: a MiB; take a part of the file");
              }
              return planned.getChangesList().stream().map(diff::difference).toList();
            });
    output.write(out -> print(differences, out), json -> writeJson(differences, json));
    return differences.isEmpty() ? ExitCode.OK : DIFFERENT;
  }

  private static String kind(FieldDescriptor change) {
    return change.getName().substring(change.getName().indexOf('_') + 1);
  }

  /** What tells objects of a kind apart. */
  private static String name(Message object) {
    FieldDescriptor name = object.getDescriptorForType().findFieldByName("name");
    FieldDescriptor network = object.getDescriptorForType().findFieldByName("network");
    boolean hasBoth = object instanceof dev.heddle.api.v1.IpSet;
    return hasBoth
        ? object.getField(network) + " " + object.getField(name)
        : String.valueOf(object.getField(name));
  }

  private Difference difference(Operation operation) {
    FieldDescriptor change =
        operation.getOneofFieldDescriptor(Operation.getDescriptor().getOneofs().getFirst());
    String kind = kind(change);
    return switch (operation.getField(change)) {
      case Routes routes -> new Difference("upsert", kind, text(routes), List.of());
      case RouteKeys keys ->
          new Difference(
              "delete", kind, keys.getNetwork() + " " + text(keys.getPrefixesList()), List.of());
      case IpSetKey key ->
          new Difference("delete", kind, key.getNetwork() + " " + key.getName(), List.of());
      case Message object -> difference(kind, object);
      case Object name -> new Difference("delete", kind, name.toString(), List.of());
    };
  }

  private Difference difference(String kind, Message object) {
    Message before = present.get(kind + " " + name(object));
    if (before == null) {
      return new Difference("create", kind, name(object), List.of());
    }
    List<Field> fields = new ArrayList<>();
    for (FieldDescriptor field : object.getDescriptorForType().getFields()) {
      String old = text(before, field);
      String next = text(object, field);
      if (!old.equals(next)) {
        fields.add(new Field(field.getName(), old, next));
      }
    }
    return new Difference("change", kind, name(object), fields);
  }

  private static String text(Routes routes) {
    return routes.getNetwork()
        + " "
        + text(routes.getPrefixesList())
        + " via "
        + RouteCalls.text(routes.getNextHopsList());
  }

  private static String text(List<Prefix> prefixes) {
    return prefixes.stream().map(Addresses::format).collect(Collectors.joining(" "));
  }

  private static String text(Message message, FieldDescriptor field) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      new StateWriter(json).writeField(message, field);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void print(List<Difference> differences, PrintWriter out) {
    for (Difference each : differences) {
      // Only the default uplink has no name.
      out.println(each.sign() + " " + each.kind() + " " + UplinkCalls.shown(each.name()));
      for (Field field : each.fields()) {
        out.println("    " + field.name() + ": " + field.before() + " -> " + field.after());
      }
    }
  }

  private static void writeJson(List<Difference> differences, JsonWriter json) throws IOException {
    json.beginArray();
    for (Difference each : differences) {
      json.beginObject();
      json.name("change").value(each.what());
      json.name("kind").value(each.kind());
      json.name("name").value(each.name());
      json.name("fields").beginArray();
      for (Field field : each.fields()) {
        json.beginObject();
        json.name("name").value(field.name());
        json.name("before").value(field.before());
        json.name("after").value(field.after());
        json.endObject();
      }
      json.endArray();
      json.endObject();
    }
    json.endArray();
  }
}
