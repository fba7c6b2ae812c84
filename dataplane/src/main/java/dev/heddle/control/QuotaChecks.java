package dev.heddle.control;

import dev.heddle.compile.TableCompiler;
import dev.heddle.model.Endpoint;
import dev.heddle.model.Network;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checks that no network takes more than its quota, once the compiler has taken in the routes of a
 * draft. None has more before, so only what a draft adds to is looked at.
 */
final class QuotaChecks {
  private final DesiredState state;
  private final Draft draft;
  private final TableCompiler compiler;

  QuotaChecks(DesiredState state, Draft draft, TableCompiler compiler) {
    this.state = state;
    this.draft = draft;
    this.compiler = compiler;
  }

  /** Notes all mistakes. */
  void run() {
    Map<String, Integer> endpointsAdded = endpointsAdded();
    Set<String> blamed = new HashSet<>();
    for (Endpoint endpoint : draft.endpoints().upserts().values()) {
      Network network = draft.networks().after(endpoint.network());
      if (!draft.endpoints().existed(endpoint.name()) && blamed.add(network.name())) {
        checkEndpoints(
            network,
            endpointsAdded,
            draft.endpoints().field(endpoint.name()),
            "network",
            network.name());
      }
    }
    for (Network network : draft.networks().upserts().values()) {
      Field at = draft.networks().field(network.name());
      if (blamed.add(network.name())) {
        checkEndpoints(
            network, endpointsAdded, at, "max_endpoints", network.quota().maxEndpoints());
      }
      checkRoutes(network, at, "max_routes");
    }
    Set<String> looked = new HashSet<>(draft.networks().upserts().keySet());
    for (Draft.RouteOperation step : draft.routeOperations()) {
      String name = step.operation().getUpsertRoutes().getNetwork();
      if (step.operation().hasUpsertRoutes() && looked.add(name)) {
        checkRoutes(draft.networks().after(name), draft.field(step, name), "network");
      }
    }
  }

  private Map<String, Integer> endpointsAdded() {
    Map<String, Integer> added = new HashMap<>();
    for (Endpoint endpoint : draft.endpoints().upserts().values()) {
      if (!draft.endpoints().existed(endpoint.name())) {
        added.merge(endpoint.network(), 1, Integer::sum);
      }
    }
    for (String name : draft.endpoints().deletes()) {
      added.merge(draft.endpoints().before(name).network(), -1, Integer::sum);
    }
    return added;
  }

  private void checkEndpoints(
      Network network, Map<String, Integer> added, Field at, String field, Object value) {
    int count = state.endpointsOf(network.name()).size() + added.getOrDefault(network.name(), 0);
    int quota = network.quota().maxEndpoints();
    if (quota > 0 && count > quota) {
      at.exhausted(
          field,
          value,
          "network "
              + network.name()
              + " would have "
              + count
              + " endpoints, above its quota max_endpoints "
              + quota
              + "; delete others or raise it");
    }
  }

  private void checkRoutes(Network network, Field at, String field) {
    long count = compiler.routeCount(network.name());
    long quota = network.quota().maxRoutes();
    if (quota > 0 && count > quota) {
      at.exhausted(
          field,
          field.equals("network") ? network.name() : quota,
          "network "
              + network.name()
              + " would have "
              + count
              + " routes, above its quota max_routes "
              + quota
              + "; delete others or raise it");
    }
  }
}
