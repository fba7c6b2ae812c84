package dev.heddle.control;

import dev.heddle.api.v1.ExplainRequest;
import dev.heddle.api.v1.Explanation;
import dev.heddle.api.v1.Explanation.Fate;
import dev.heddle.api.v1.KnownFlow;
import dev.heddle.api.v1.KnownFlow.State;
import dev.heddle.api.v1.RuleDecision;
import dev.heddle.compile.CompiledRoutes.Match;
import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.Network;
import dev.heddle.model.Node;
import dev.heddle.stage.PolicyTrial;
import dev.heddle.stage.PolicyTrial.Decision;
import dev.heddle.stage.PolicyTrial.Verdict;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Uplink;
import dev.heddle.worker.DryRun;
import java.util.List;
import java.util.Map;

/**
 * Says what would become of a packet and why: {@link DryRun} follows it through the tables that
 * workers use, and here are the names of what it met.
 *
 * <p>Threading: while no update is under way.
 */
final class Explanations {
  private final DesiredState state;
  private final TableCompiler compiler;
  private final DryRun dryRun;

  Explanations(DesiredState state, TableCompiler compiler, DryRun dryRun) {
    this.state = state;
    this.compiler = compiler;
    this.dryRun = dryRun;
  }

  /**
   * @throws io.grpc.StatusRuntimeException with all mistakes of the request
   */
  Explanation explain(ExplainRequest request) {
    return request.getFromNode().isEmpty() ? ofEndpoint(request) : ofNode(request);
  }

  private Explanation ofEndpoint(ExplainRequest request) {
    Endpoint from = named("endpoint", request.getFrom(), state.endpoints());
    Mistakes mistakes = new Mistakes();
    Field at = Field.ofRequest(mistakes, "packet of endpoint", from.name());
    if (!request.getNetwork().isEmpty()) {
      at.invalid("network", request.getNetwork(), "an endpoint's is known; leave it out");
    }
    TrialPacket packet = TrialPacket.ofEndpoint(request, from, at);
    check(mistakes);
    Tables tables = compiler.tables();
    Attachment in = tables.attachment(compiler.interfaceIndex(from.name()));
    Network network = state.networks().get(from.network());
    return tell(network, from.name(), packet, dryRun.run(packet.frame(), in, tables));
  }

  private Explanation ofNode(ExplainRequest request) {
    Node from = named("node", request.getFromNode(), state.nodes());
    Network network = named("network", request.getNetwork(), state.networks());
    Mistakes mistakes = new Mistakes();
    Field at = Field.ofRequest(mistakes, "packet of node", from.name());
    if (!request.getFrom().isEmpty()) {
      at.invalid("from", request.getFrom(), "it comes from a node; leave the endpoint out");
    }
    TrialPacket packet = TrialPacket.ofNode(request, from, at);
    TrialTunnel tunnel = TrialTunnel.find(from, network, state, at);
    if (packet != null && tunnel != null && packet.packetBytes() > tunnel.mtuBytes()) {
      at.invalid("bytes", packet.packetBytes(), "the tunnel carries at most " + tunnel.mtuBytes());
    }
    check(mistakes);
    Tables tables = compiler.tables();
    Uplink uplink =
        tables.underlay().uplink(compiler.underlay().interfaceIndex(tunnel.uplink().name()));
    byte[] frame = tunnel.wrap(packet.frame(), uplink.mac(), network.vni());
    return tell(network, "", packet, dryRun.runArrival(frame, uplink, tables));
  }

  private static <T> T named(String kind, String name, Map<String, T> things) {
    T thing = things.get(name);
    if (thing == null) {
      throw Mistakes.notFound(kind, name);
    }
    return thing;
  }

  private static void check(Mistakes mistakes) {
    if (!mistakes.isEmpty()) {
      throw mistakes.toException();
    }
  }

  /**
   * @param from name of the endpoint that sends it; empty if none of this node does
   */
  private Explanation tell(Network network, String from, TrialPacket packet, DryRun.Fate fate) {
    Explanation.Builder reply =
        Explanation.newBuilder()
            .setRevision(compiler.tables().revision())
            .setNetwork(network.name())
            .setVni(network.vni())
            .setBytes(packet.packetBytes())
            .setFate(fate(fate));
    if (fate.reason() != null) {
      reply.setDropReason(fate.reason().label()).setDescription(fate.reason().description());
    }
    if (fate.hop() != NextHops.NO_ROUTE) {
      reply.setWay(new Ways(state, compiler).of(fate.hop()).getFirst());
      Match match = compiler.routes().longestMatch(network.name(), packet.destination());
      if (match != null) {
        reply.setPrefix(AddressReader.toMessage(match.prefix()));
      }
    }
    if (fate.policy() != null) {
      tell(fate.policy(), from, reply.getWay().getEndpoint(), reply);
    }
    return reply.build();
  }

  private void tell(Decision decision, String from, String to, Explanation.Builder reply) {
    if (decision.flow() != null) {
      reply.setFlow(
          KnownFlow.newBuilder().setState(state(decision.flow())).setReply(decision.reply()));
    }
    tell(decision.egress(), decision.reply() ? to : from, false, reply);
    tell(decision.ingress(), decision.reply() ? from : to, true, reply);
  }

  private static State state(PolicyTrial.KnownFlow flow) {
    return switch (flow) {
      case PASSES -> State.STATE_PASSES;
      case RENEWED -> State.STATE_RENEWED;
      case ENDED -> State.STATE_ENDED;
    };
  }

  private static Fate fate(DryRun.Fate fate) {
    if (fate.answered()) {
      return Fate.FATE_ANSWERED;
    }
    return fate.reason() == null ? Fate.FATE_FORWARDED : Fate.FATE_DROPPED;
  }

  private void tell(
      Verdict verdict, String endpoint, boolean ofIngress, Explanation.Builder reply) {
    if (verdict == null) {
      return;
    }
    List<RuleSource> sources = state.decisions(endpoint).of(ofIngress).sources();
    verdict
        .logged()
        .forEach(rule -> reply.addDecisions(tell(sources.get(rule), endpoint, ofIngress)));
    reply.addDecisions(tell(sources.get(verdict.rule()), endpoint, ofIngress));
  }

  /** A rule of an endpoint by its names. */
  static RuleDecision tell(RuleSource source, String endpoint, boolean ofIngress) {
    return RuleDecision.newBuilder()
        .setEndpoint(endpoint)
        .setIngress(ofIngress)
        .setTier(source.tier())
        .setPolicy(source.policy())
        .setProfile(source.profile())
        .setRule(source.rule())
        .setAction(RuleReader.toMessage(source.action()))
        .build();
  }
}
