package dev.heddle.control;

import dev.heddle.api.Addresses;
import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.Network;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
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
    new ReferenceChecks(state, draft, owners, compiler::routeCount).run();
    checkCapacity();
    if (mistakes.isEmpty()) {
      stageNetworksAndEndpoints();
    }
    new RouteStage(draft, owners, compiler).run();
    if (mistakes.isEmpty()) {
      announce();
      checkRemoved();
    }
    if (!mistakes.isEmpty()) {
      throw mistakes.toException();
    }
    draft.networks().deletes().forEach(compiler::removeNetwork);
  }

  private void checkCapacity() {
    checkCapacity(draft.networks(), state.networks(), MAX_NETWORKS);
    checkCapacity(draft.endpoints(), state.endpoints(), maxEndpoints);
  }

  private static <T> void checkCapacity(Changes<T> changes, Map<String, T> before, int capacity) {
    long room = capacity - before.size() + changes.deletes().size();
    for (String name : changes.upserts().keySet()) {
      if (!changes.existed(name) && --room < 0) {
        changes
            .field(name)
            .exhausted(
                "name",
                name,
                "there is room for " + capacity + "; delete others or use more nodes");
      }
    }
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
    if (compiler.addEndpoint(endpoint) >= maxEndpoints) {
      draft
          .endpoints()
          .field(endpoint.name())
          .exhausted(
              "name",
              endpoint.name(),
              "all "
                  + maxEndpoints
                  + " are in use until those deleted here are gone; delete them"
                  + " in a transaction before this one");
    }
  }

  private void announce() {
    for (Network network : draft.networks().upserts().values()) {
      reportClash(
          compiler.announceGateways(network.name()),
          network.name(),
          "gateway",
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
      String route = firstRoute(network, endpoint);
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
                    + firstRoute(network, null)
                    + "; delete them too");
      }
    }
  }

  /** Text of the first route that leads to an endpoint; of the first one at all if that is null. */
  private String firstRoute(String network, String endpoint) {
    String[] found = {null};
    for (IpPrefix first : new IpPrefix[] {RoutePage.FIRST4, RoutePage.FIRST6}) {
      compiler.forEachRoute(
          network,
          first,
          Integer.MAX_VALUE,
          (prefix, nextHops, _) -> {
            if (found[0] == null && nextHops != null && names(nextHops, endpoint)) {
              found[0] = Addresses.format(AddressReader.toMessage(prefix));
            }
          });
    }
    return found[0];
  }

  private static boolean names(NextHopSet nextHops, String endpoint) {
    return endpoint == null
        || nextHops.members().stream()
            .anyMatch(member ->
                member.hop() instanceof NextHop.ToEndpoint to && to.endpoint().equals(endpoint));
  }
}
