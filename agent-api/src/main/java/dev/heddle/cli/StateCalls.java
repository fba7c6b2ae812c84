package dev.heddle.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import dev.heddle.api.HeddleClient;
import dev.heddle.api.v1.EndpointStatus;
import dev.heddle.api.v1.NetworkStatus;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.UplinkStatus;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What {@code heddle apply} and {@code heddle export} tell and ask the daemon. */
final class StateCalls {
  private StateCalls() {}

  /** Applies a file as one transaction and prints the revision that every worker runs then. */
  static void apply(SocketOption socket, StateFile file, boolean replace) {
    long revision =
        Daemon.ask(
            socket,
            client ->
                located(
                    file,
                    () ->
                        replace
                            ? client.replace(file.operations())
                            : client.apply(file.operations())));
    socket.out().println("revision " + revision);
  }

  /**
   * Calls the daemon with a file's operations.
   *
   * @throws CommandException if it refuses some, with their lines
   */
  static <T> T located(StateFile file, Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw located(e, file);
    }
  }

  /** The same refusal, with the line of each mistake where it has one. */
  private static RuntimeException located(StatusRuntimeException refusal, StateFile file) {
    List<String> lines = new ArrayList<>();
    for (FieldViolation violation : violations(refusal)) {
      lines.add(file.locate(violation.getField()) + ": " + violation.getDescription());
    }
    return lines.isEmpty() ? refusal : new CommandException(String.join("\n", lines));
  }

  private static List<FieldViolation> violations(StatusRuntimeException refusal) {
    com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
    try {
      for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
        if (detail.is(BadRequest.class)) {
          return detail.unpack(BadRequest.class).getFieldViolationsList();
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new CommandException("the daemon's refusal cannot be read: " + e);
    }
    return List.of();
  }

  /** Writes all objects, routes as they come. */
  static void export(SocketOption socket, PrintWriter out) {
    Daemon.ask(
        socket,
        client -> {
          write(objects(client), client.routes(""), out);
          return null;
        });
  }

  /** All objects but routes, by section. */
  static Map<String, Collection<? extends Message>> objects(HeddleClient client) {
    Map<String, Collection<? extends Message>> objects = new LinkedHashMap<>();
    objects.put("uplinks", client.uplinks().stream().map(UplinkStatus::getUplink).toList());
    objects.put("nodes", client.nodes());
    objects.put("networks", client.networks().stream().map(NetworkStatus::getNetwork).toList());
    objects.put("ip_sets", client.ipSets());
    objects.put("tiers", client.tiers());
    objects.put("policies", client.policies());
    objects.put("profiles", client.profiles());
    objects.put("endpoints", client.endpoints().stream().map(EndpointStatus::getEndpoint).toList());
    return objects;
  }

  // Not closed where the daemon fails meanwhile: half a document cannot be completed.
  @SuppressWarnings("resource")
  private static void write(
      Map<String, Collection<? extends Message>> objects,
      Iterator<Routes> routes,
      PrintWriter out) {
    try {
      YamlWriter yaml = new YamlWriter(out, false);
      StateWriter writer = new StateWriter(yaml);
      yaml.beginObject();
      for (Map.Entry<String, Collection<? extends Message>> section : objects.entrySet()) {
        if (!section.getValue().isEmpty()) {
          yaml.name(section.getKey()).beginArray();
          for (Message object : section.getValue()) {
            writer.write(object);
          }
          yaml.endArray();
        }
      }
      if (routes.hasNext()) {
        yaml.name("routes").beginArray();
        while (routes.hasNext()) {
          writer.write(routes.next().toBuilder().clearPackets().clearBytes());
        }
        yaml.endArray();
      }
      yaml.endObject();
      yaml.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
