package dev.heddle.control;

import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Transaction;
import dev.heddle.model.Endpoint;
import dev.heddle.model.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * A transaction as it was read: networks and endpoints as objects of the model, routes still as
 * messages, and all mistakes found so far.
 */
final class Draft {
  /** Operations on routes, with their positions in the transaction. */
  record RouteOperation(int position, Operation operation) {}

  private final Mistakes mistakes = new Mistakes();
  private final Changes<Network> networks;
  private final Changes<Endpoint> endpoints;
  private final List<RouteOperation> routeOperations = new ArrayList<>();

  private Draft(DesiredState state) {
    networks = new Changes<>(state.networks());
    endpoints = new Changes<>(state.endpoints());
  }

  /** Reads a transaction, which changes nothing yet. */
  static Draft read(Iterable<Transaction> chunks, DesiredState state) {
    Draft draft = new Draft(state);
    int position = 0;
    for (Transaction chunk : chunks) {
      for (Operation operation : chunk.getOperationsList()) {
        draft.read(position++, operation);
      }
    }
    draft.networks.dropUnchanged();
    draft.endpoints.dropUnchanged();
    return draft;
  }

  private void read(int position, Operation operation) {
    switch (operation.getChangeCase()) {
      case UPSERT_NETWORK -> {
        dev.heddle.api.v1.Network message = operation.getUpsertNetwork();
        Field at = field(position, "upsert_network", "network", message.getName());
        if (networks.name(message.getName(), at)) {
          networks.upsert(message.getName(), NetworkReader.read(message, mistakes, at));
        }
      }
      case DELETE_NETWORK ->
          delete(position, "delete_network", "network", operation.getDeleteNetwork(), networks);
      case UPSERT_ENDPOINT -> {
        dev.heddle.api.v1.Endpoint message = operation.getUpsertEndpoint();
        Field at = field(position, "upsert_endpoint", "endpoint", message.getName());
        if (endpoints.name(message.getName(), at)) {
          endpoints.upsert(message.getName(), EndpointReader.read(message, mistakes, at));
        }
      }
      case DELETE_ENDPOINT ->
          delete(position, "delete_endpoint", "endpoint", operation.getDeleteEndpoint(), endpoints);
      case UPSERT_ROUTES, DELETE_ROUTES ->
          routeOperations.add(new RouteOperation(position, operation));
      case CHANGE_NOT_SET ->
          new Field(mistakes, position, "change", "operation", String.valueOf(position))
              .invalid("change", "(absent)", "not an operation of this version; give one");
    }
  }

  private <T> void delete(
      int position, String change, String kind, String name, Changes<T> changes) {
    Field at = field(position, change, kind, name);
    if (!changes.name(name, at)) {
      return;
    }
    if (changes.existed(name)) {
      changes.delete(name);
    } else {
      at.notFound("name", name, "no such " + kind + "; nothing is to be deleted");
    }
  }

  private Field field(int position, String change, String kind, String name) {
    return new Field(mistakes, position, change, kind, name);
  }

  Changes<Network> networks() {
    return networks;
  }

  Changes<Endpoint> endpoints() {
    return endpoints;
  }

  List<RouteOperation> routeOperations() {
    return routeOperations;
  }

  Mistakes mistakes() {
    return mistakes;
  }
}
