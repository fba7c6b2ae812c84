package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import dev.heddle.api.Addresses;
import dev.heddle.api.policy.RuleText;
import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.api.v1.Explanation;
import dev.heddle.api.v1.RuleDecision;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What {@code heddle explain} asks the daemon, and how it tells the answer. Apart from it, so that
 * gRPC loads only if asked.
 */
final class ExplainCalls {
  private static final Map<String, Integer> PROTOCOLS =
      Map.of("icmp", 1, "tcp", 6, "udp", 17, "icmp6", 58, "sctp", 132);
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REQUEST_6 = 128;

  /** The packet as it was typed; empty or null where something was left out. */
  record Packet(
      String from,
      String fromNode,
      String network,
      String to,
      String source,
      String protocol,
      int sourcePort,
      int destinationPort,
      Integer icmpType,
      int icmpCode,
      int icmpIdentifier,
      int bytes) {}

  private final ExplainRequest request;
  private final Explanation found;

  private ExplainCalls(ExplainRequest request, Explanation found) {
    this.request = request;
    this.found = found;
  }

  static void explain(SocketOption socket, Output output, Packet packet) {
    ExplainRequest request = request(packet);
    Explanation found = Daemon.ask(socket, client -> client.explain(request));
    ExplainCalls view = new ExplainCalls(request, found);
    output.write(view::print, view::writeJson);
  }

  private static ExplainRequest request(Packet packet) {
    int protocol = Parsing.parse("--proto", packet.protocol(), ExplainCalls::protocol);
    boolean icmp = protocol == ICMP || protocol == ICMPV6;
    int echo = protocol == ICMPV6 ? ECHO_REQUEST_6 : ECHO_REQUEST;
    return ExplainRequest.newBuilder()
        .setFrom(packet.from())
        .setFromNode(packet.fromNode())
        .setNetwork(packet.network())
        .setDestination(Parsing.parse("--to", packet.to(), Addresses::parse))
        .setSource(
            packet.source() == null
                ? ByteString.EMPTY
                : Parsing.parse("--source", packet.source(), Addresses::parse))
        .setProtocol(protocol)
        .setSourcePort(icmp ? 0 : packet.sourcePort())
        .setDestinationPort(icmp ? 0 : packet.destinationPort())
        .setIcmpType(!icmp ? 0 : packet.icmpType() == null ? echo : packet.icmpType())
        .setIcmpCode(icmp ? packet.icmpCode() : 0)
        .setIcmpIdentifier(icmp ? packet.icmpIdentifier() : 0)
        .setBytes(packet.bytes())
        .build();
  }

  private static int protocol(String text) {
    Integer known = PROTOCOLS.get(text.toLowerCase(Locale.ROOT));
    if (known != null) {
      return known;
    }
    if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > 255) {
      throw new IllegalArgumentException(
          "'" + text + "' is no protocol; give tcp, udp, icmp, icmp6, sctp or 0 to 255");
    }
    return Integer.parseInt(text);
  }

  private void print(PrintWriter out) {
    TextTable table = new TextTable().text("Packet").flexible(packet());
    table.row("network", found.getNetwork() + ", VNI " + found.getVni());
    if (found.hasFlow() || found.getDecisionsCount() > 0) {
      table.row("flow", flow());
    }
    decisions(false).forEach(each -> table.row("egress", RuleText.of(each)));
    if (found.hasPrefix()) {
      table.row("route", Addresses.format(found.getPrefix()));
    }
    if (found.hasWay()) {
      table.row("way", LookupCalls.text(found.getWay()));
    }
    decisions(true).forEach(each -> table.row("ingress", RuleText.of(each)));
    table.row("fate", fate());
    table.print(out, Output.widthCharacters());
  }

  private String flow() {
    if (!found.hasFlow()) {
      return "none known, so the rules decide as about a first packet";
    }
    String opened = "known, opened by the " + opener() + ": ";
    return switch (found.getFlow().getState()) {
      case STATE_PASSES -> opened + "passes, and no rule is asked";
      case STATE_RENEWED -> opened + "the changed rules are asked again";
      case STATE_ENDED -> opened + "ended by a change of the rules";
      case STATE_UNSPECIFIED, UNRECOGNIZED -> opened + "unknown";
    };
  }

  private String opener() {
    return found.getFlow().getReply() ? "receiver" : "sender";
  }

  private Stream<RuleDecision> decisions(boolean ingress) {
    return found.getDecisionsList().stream().filter(each -> each.getIngress() == ingress);
  }

  private String packet() {
    return "%s from %s to %s, %s, %d bytes"
        .formatted(
            protocolName(),
            request.getFromNode().isEmpty()
                ? request.getFrom()
                : Addresses.format(request.getSource()) + " at node " + request.getFromNode(),
            Addresses.format(request.getDestination()),
            detail(),
            found.getBytes());
  }

  private String protocolName() {
    return PROTOCOLS.entrySet().stream()
        .filter(each -> each.getValue() == request.getProtocol())
        .map(Map.Entry::getKey)
        .findAny()
        .orElse("protocol " + request.getProtocol());
  }

  private String detail() {
    return request.getProtocol() == ICMP || request.getProtocol() == ICMPV6
        ? "type %d code %d".formatted(request.getIcmpType(), request.getIcmpCode())
        : "port %d to %d".formatted(request.getSourcePort(), request.getDestinationPort());
  }

  private String fate() {
    return switch (found.getFate()) {
      case FATE_FORWARDED -> "forwarded";
      case FATE_DROPPED -> "dropped, " + found.getDropReason() + ": " + found.getDescription();
      case FATE_ANSWERED -> "answered by the router";
      case FATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void writeJson(JsonWriter json) throws IOException {
    json.beginObject();
    json.name("fate").value(lowerCase(found.getFate().name().substring("FATE_".length())));
    json.name("dropReason").value(found.getDropReason().isEmpty() ? null : found.getDropReason());
    json.name("description").value(found.getDescription());
    json.name("revision").value(found.getRevision());
    json.name("network").value(found.getNetwork());
    json.name("vni").value(found.getVni());
    json.name("bytes").value(found.getBytes());
    json.name("prefix").value(found.hasPrefix() ? Addresses.format(found.getPrefix()) : null);
    if (found.hasWay()) {
      json.name("way");
      LookupCalls.writeWay(found.getWay(), json);
    }
    if (found.hasFlow()) {
      json.name("flow").beginObject();
      json.name("state")
          .value(lowerCase(found.getFlow().getState().name().substring("STATE_".length())));
      json.name("openedBy").value(opener());
      json.endObject();
    }
    json.name("decisions").beginArray();
    for (RuleDecision each : found.getDecisionsList()) {
      json.beginObject();
      json.name("endpoint").value(each.getEndpoint());
      json.name("direction").value(each.getIngress() ? "ingress" : "egress");
      json.name("tier").value(each.getTier());
      json.name("policy").value(each.getPolicy());
      json.name("profile").value(each.getProfile());
      json.name("rule").value(each.getRule());
      json.name("action").value(RuleText.of(each.getAction()));
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }
}
