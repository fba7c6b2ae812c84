package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import dev.heddle.api.Addresses;
import dev.heddle.api.Watch;
import dev.heddle.api.v1.Observed;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.WatchReply;
import dev.heddle.api.v1.WatchRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code heddle watch} asks the daemon, and how it tells the answers. */
final class WatchCalls {
  private static final int MOST_PREFIXES_SHOWN = 4;

  /**
   * One thing that is told.
   *
   * @param revision that made it; 0 where it is observed
   * @param what happened: upsert or delete, or up, down or gone
   * @param kind of the object
   * @param name of the object; of routes, their network
   * @param prefixes of routes
   */
  private record Event(
      long revision, String what, String kind, String name, List<String> prefixes) {
    private boolean isObserved() {
      return revision == 0;
    }

    String line() {
      if (isObserved()) {
        return "observed: %s %s %s".formatted(kind, name, what);
      }
      String object =
          kind.equals("routes") ? "routes of " + name + ": " + shown() : kind + " " + name;
      return "revision %d: %s %s".formatted(revision, what, object);
    }

    private String shown() {
      String first = prefixes.stream().limit(MOST_PREFIXES_SHOWN).collect(Collectors.joining(" "));
      int more = prefixes.size() - MOST_PREFIXES_SHOWN;
      return more > 0 ? first + " and " + more + " more" : first;
    }

    void write(JsonWriter json) throws IOException {
      json.beginObject();
      if (!isObserved()) {
        json.name("revision").value(revision);
      }
      json.name(isObserved() ? "state" : "change").value(what);
      json.name("kind").value(kind).name("name").value(name);
      if (!prefixes.isEmpty()) {
        Output.writeTexts(json, "prefixes", prefixes);
      }
      json.endObject();
    }
  }

  private final SocketOption socket;
  private final Output output;

  WatchCalls(SocketOption socket, Output output) {
    this.socket = socket;
    this.output = output;
  }

  /**
   * Tells events as they come.
   *
   * @param since revision; null: only what comes
   * @param count after how many events it ends
   */
  void tell(Long since, long count) {
    WatchRequest.Builder request = WatchRequest.newBuilder();
    if (since != null) {
      request.setSinceRevision(since);
    }
    Daemon.ask(
        socket,
        client -> {
          try (Watch watch = client.watch(request.build())) {
            tell(watch, count);
            return null;
          }
        });
  }

  private void tell(Watch watch, long count) {
    try {
      long left = count;
      WatchReply reply = watch.next();
      while (reply != null) {
        for (Iterator<Event> events = events(reply).iterator();
            events.hasNext() && left > 0;
            left--) {
          Event event = events.next();
          output.writeNext(event.line(), event::write);
        }
        reply = left > 0 ? watch.next() : null;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted");
    }
  }

  private static List<Event> events(WatchReply reply) {
    List<Event> events = new ArrayList<>();
    reply.getObservedList().forEach(each -> events.add(event(each)));
    reply.getChangesList().forEach(each -> events.add(event(reply.getRevision(), each)));
    if (reply.getTooLarge()) {
      events.add(
          new Event(reply.getRevision(), "change", "more", "than is told; list it", List.of()));
    }
    return events;
  }

  private static Event event(Observed observed) {
    String what =
        switch (observed.getState()) {
          case STATE_UP -> "up";
          case STATE_DOWN -> "down";
          case STATE_GONE -> "gone";
          case STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    return switch (observed.getObjectCase()) {
      case ENDPOINT -> new Event(0, what, "endpoint", observed.getEndpoint(), List.of());
      case UPLINK ->
          new Event(0, what, "uplink", UplinkCalls.shown(observed.getUplink()), List.of());
      case WORKER -> new Event(0, what, "worker", "" + observed.getWorker(), List.of());
      case OBJECT_NOT_SET -> new Event(0, what, "object", "of a later version", List.of());
    };
  }

  private static Event event(long revision, Operation change) {
    return switch (change.getChangeCase()) {
      case UPSERT_NETWORK -> upsert(revision, "network", change.getUpsertNetwork().getName());
      case UPSERT_ENDPOINT -> upsert(revision, "endpoint", change.getUpsertEndpoint().getName());
      case UPSERT_NODE -> upsert(revision, "node", change.getUpsertNode().getName());
      case UPSERT_UPLINK ->
          upsert(revision, "uplink", UplinkCalls.shown(change.getUpsertUplink().getName()));
      case UPSERT_ROUTES ->
          new Event(
              revision,
              "upsert",
              "routes",
              change.getUpsertRoutes().getNetwork(),
              texts(change.getUpsertRoutes().getPrefixesList()));
      case UPSERT_TIER -> upsert(revision, "tier", change.getUpsertTier().getName());
      case UPSERT_POLICY -> upsert(revision, "policy", change.getUpsertPolicy().getName());
      case UPSERT_PROFILE -> upsert(revision, "profile", change.getUpsertProfile().getName());
      case UPSERT_IP_SET ->
          upsert(
              revision,
              "ip-set",
              change.getUpsertIpSet().getNetwork() + " " + change.getUpsertIpSet().getName());
      case CHANGE_IP_SET ->
          upsert(
              revision,
              "ip-set",
              change.getChangeIpSet().getNetwork() + " " + change.getChangeIpSet().getName());
      case DELETE_TIER -> delete(revision, "tier", change.getDeleteTier());
      case DELETE_POLICY -> delete(revision, "policy", change.getDeletePolicy());
      case DELETE_PROFILE -> delete(revision, "profile", change.getDeleteProfile());
      case DELETE_IP_SET ->
          delete(
              revision,
              "ip-set",
              change.getDeleteIpSet().getNetwork() + " " + change.getDeleteIpSet().getName());
      case DELETE_NETWORK -> delete(revision, "network", change.getDeleteNetwork());
      case DELETE_ENDPOINT -> delete(revision, "endpoint", change.getDeleteEndpoint());
      case DELETE_NODE -> delete(revision, "node", change.getDeleteNode());
      case DELETE_UPLINK -> delete(revision, "uplink", UplinkCalls.shown(change.getDeleteUplink()));
      case DELETE_ROUTES ->
          new Event(
              revision,
              "delete",
              "routes",
              change.getDeleteRoutes().getNetwork(),
              texts(change.getDeleteRoutes().getPrefixesList()));
      case CHANGE_NOT_SET ->
          new Event(revision, "change", "object", "of a later version", List.of());
    };
  }

  private static Event upsert(long revision, String kind, String name) {
    return new Event(revision, "upsert", kind, name, List.of());
  }

  private static Event delete(long revision, String kind, String name) {
    return new Event(revision, "delete", kind, name, List.of());
  }

  private static List<String> texts(List<Prefix> prefixes) {
    return prefixes.stream().map(Addresses::format).toList();
  }
}
