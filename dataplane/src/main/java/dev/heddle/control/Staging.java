package dev.heddle.control;

import dev.heddle.compile.TableCompiler;
import dev.heddle.compile.UnderlayCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpSet;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.Node;
import dev.heddle.model.Policy;
import dev.heddle.model.Profile;
import dev.heddle.model.Tier;
import dev.heddle.model.Uplink;
import java.util.Map;

/**
 * Checks a draft and takes it into the compiler's update, kind by kind, so that the order of its
 * operations means nothing.
 */
final class Staging {
  /** Networks there may be. */
  static final int MAX_NETWORKS = 16_384;

  private final DesiredState state;
  private final Draft draft;
  private final TableCompiler compiler;
  private final int maxEndpoints;
  private final Mistakes mistakes;

  Staging(DesiredState state, Draft draft, TableCompiler compiler, int maxEndpoints) {
    this.state = state;
    this.draft = draft;
    this.compiler = compiler;
    this.maxEndpoints = maxEndpoints;
    mistakes = draft.mistakes();
  }

  /**
   * Takes the whole draft in.
   *
   * @throws io.grpc.StatusRuntimeException if anything is wrong; undo the update then
   */
  void run() {
    AddressOwners owners = new AddressOwners(state, draft);
    new UnderlayChecks(state, draft).run();
    new OutsideUplinkChecks(draft).run();
    new ReferenceChecks(state, draft, owners, compiler::routeCount).run();
    new PolicyChecks(state, draft).run();
    checkCapacity();
    if (mistakes.isEmpty()) {
      stageUnderlay();
      stageNetworksAndEndpoints();
    }
    new RouteStage(state, draft, owners, compiler).run();
    if (mistakes.isEmpty()) {
      announce();
      checkRemoved();
      new NodeUseChecks(draft, compiler).run();
      new QuotaChecks(state, draft, compiler).run();
    }
    if (mistakes.isEmpty()) {
      new PolicyStage(state, draft, compiler.policies()).run();
    }
    if (!mistakes.isEmpty()) {
      throw mistakes.toException();
    }
    draft.networks().deletes().forEach(compiler::removeNetwork);
  }

  private void checkCapacity() {
    checkCapacity(draft.networks(), state.networks(), MAX_NETWORKS, "or use more nodes");
    checkCapacity(draft.endpoints(), state.endpoints(), maxEndpoints, "or use more nodes");
    checkCapacity(draft.uplinks(), state.uplinks(), Uplink.MAX_UPLINKS, "first or with this");
    checkCapacity(draft.nodes(), state.nodes(), Node.MAX_NODES, "first or with this");
    checkCapacity(draft.tiers(), state.tiers(), Tier.MAX_TIERS, "first or with this");
    checkCapacity(draft.policies(), state.policies(), Policy.MAX_POLICIES, "first or with this");
    checkCapacity(draft.profiles(), state.profiles(), Profile.MAX_PROFILES, "first or with this");
    checkCapacity(draft.ipSets(), state.ipSets(), IpSet.MAX_SETS, "first or with this");
  }

  private static <T> void checkCapacity(
      Changes<T> changes, Map<String, T> before, int capacity, String alternative) {
    long room = capacity - before.size() + changes.deletes().size();
    for (String name : changes.upserts().keySet()) {
      if (!changes.existed(name) && --room < 0) {
        changes
            .field(name)
            .exhausted(
                "name", name, "there is room for " + capacity + "; delete others " + alternative);
      }
    }
  }

  private void stageUnderlay() {
    UnderlayCompiler underlay = compiler.underlay();
    draft.uplinks().deletes().forEach(underlay::removeUplink);
    draft.nodes().deletes().forEach(underlay::removeNode);
    for (Uplink uplink : draft.uplinks().upserts().values()) {
      if (draft.uplinks().existed(uplink.name())) {
        underlay.changeUplink(uplink);
      } else {
        addUplink(uplink);
      }
    }
    for (Node node : draft.nodes().upserts().values()) {
      if (draft.nodes().existed(node.name())) {
        underlay.changeNode(node);
      } else {
        underlay.addNode(node);
      }
    }
  }

  private void addUplink(Uplink uplink) {
    if (compiler.underlay().addUplink(uplink) >= maxInterfaces()) {
      reportNoIndex(draft.uplinks().field(uplink.name()), Names.orDefault(uplink.name()));
    }
  }

  private int maxInterfaces() {
    return maxEndpoints + Uplink.MAX_UPLINKS;
  }

  private void stageNetworksAndEndpoints() {
    draft.endpoints().deletes().forEach(compiler::removeEndpoint);
    for (Network network : draft.networks().upserts().values()) {
      if (draft.networks().existed(network.name())) {
        compiler.changeNetwork(network);
      } else {
        compiler.addNetwork(network);
      }
    }
    for (Endpoint endpoint : draft.endpoints().upserts().values()) {
      if (draft.endpoints().existed(endpoint.name())) {
        compiler.changeEndpoint(endpoint);
      }
    }
    for (Endpoint endpoint : draft.endpoints().upserts().values()) {
      if (!draft.endpoints().existed(endpoint.name())) {
        add(endpoint);
      }
    }
  }

  private void add(Endpoint endpoint) {
    if (compiler.addEndpoint(endpoint) >= maxInterfaces()) {
      reportNoIndex(draft.endpoints().field(endpoint.name()), endpoint.name());
    }
  }

  private void reportNoIndex(Field at, String name) {
    at.exhausted(
        "name",
        name,
        "all "
            + maxInterfaces()
            + " interfaces are in use until those deleted here are gone; delete them in a"
            + " transaction before this one");
  }

  private void announce() {
    for (Network network : draft.networks().upserts().values()) {
      IpAddress clash = compiler.announceGateways(network.name());
      reportClash(
          clash,
          network.name(),
          clash == null || network.isGateway(clash) ? "gateway" : "range4",
          draft.networks().field(network.name()));
    }
    for (Endpoint endpoint : draft.endpoints().upserts().values()) {
      reportClash(
          compiler.announce(endpoint.name()),
          endpoint.network(),
          "addresses",
          draft.endpoints().field(endpoint.name()));
    }
  }

  private static void reportClash(IpAddress address, String network, String field, Field at) {
    if (address != null) {
      String text = AddressReader.text(address);
      at.failedPrecondition(
          field,
          text,
          "network "
              + network
              + " has a route "
              + text
              + "/"
              + address.bits()
              + "; delete that too or choose another address");
    }
  }

  private void checkRemoved() {
    for (String endpoint : compiler.removedButNeeded()) {
      String network = state.endpoints().get(endpoint).network();
      String route = FirstRoute.to(new NextHop.ToEndpoint(endpoint), network, compiler);
      draft
          .endpoints()
          .field(endpoint)
          .failedPrecondition(
              "name",
              endpoint,
              "routes of network "
                  + network
                  + " lead to it, such as "
                  + route
                  + "; delete them too or give them other next hops");
    }
    for (String network : draft.networks().deletes()) {
      long routes = compiler.routeCount(network);
      if (routes > 0) {
        draft
            .networks()
            .field(network)
            .failedPrecondition(
                "name",
                network,
                "still has "
                    + routes
                    + (routes == 1 ? " route: " : " routes, such as ")
                    + FirstRoute.of(network, compiler)
                    + "; delete them too");
      }
    }
  }
}
