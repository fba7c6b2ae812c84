package dev.heddle.control;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.NextHop;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.RouteKeys;
import dev.heddle.api.v1.Routes;
import java.util.ArrayList;
import java.util.List;

/**
 * What one transaction really changes, in the words of transactions, for those who watch. It stops
 * to listen where that is more than one message can tell.
 */
final class ChangeLog {
  private static final int MAX_BYTES = 1 << 20;

  /** Of a message field that holds an IPv6 prefix, at most. */
  private static final int PREFIX_BYTES = 26;

  private final List<Operation> operations = new ArrayList<>();
  private int bytes;
  private boolean tooLarge;

  /** Routes of one network whose next hops are set alike, or which are deleted. */
  private Routes.Builder upserted;

  private RouteKeys.Builder deleted;

  void add(Operation operation) {
    count(operation.getSerializedSize());
    if (!tooLarge) {
      operations.add(operation);
    }
  }

  /** Routes that are told from here on get these next hops. */
  void beginUpserts(String network, List<NextHop> nextHops) {
    endRoutes();
    upserted = Routes.newBuilder().setNetwork(network).addAllNextHops(nextHops);
  }

  /** Routes that are told from here on are deleted. */
  void beginDeletes(String network) {
    endRoutes();
    deleted = RouteKeys.newBuilder().setNetwork(network);
  }

  /** A route has changed. */
  void route(Prefix prefix) {
    if (tooLarge) {
      return;
    }
    count(PREFIX_BYTES);
    if (upserted != null) {
      upserted.addPrefixes(prefix);
    } else {
      deleted.addPrefixes(prefix);
    }
  }

  /** No more routes are told like those before. */
  void endRoutes() {
    if (upserted != null && upserted.getPrefixesCount() > 0) {
      addRoutes(Operations.upsert(upserted.build()), upserted.getPrefixesCount());
    } else if (deleted != null && deleted.getPrefixesCount() > 0) {
      addRoutes(
          Operation.newBuilder().setDeleteRoutes(deleted).build(), deleted.getPrefixesCount());
    }
    upserted = null;
    deleted = null;
  }

  private void addRoutes(Operation operation, int prefixes) {
    bytes -= prefixes * PREFIX_BYTES;
    add(operation);
  }

  private void count(int more) {
    bytes += more;
    tooLarge |= bytes > MAX_BYTES;
  }

  boolean isTooLarge() {
    return tooLarge;
  }

  /** The changes; none if they are too large. */
  List<Operation> operations() {
    return tooLarge ? List.of() : operations;
  }
}
