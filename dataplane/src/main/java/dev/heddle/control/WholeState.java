package dev.heddle.control;

import dev.heddle.api.Operations;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.Transaction;
import java.util.Collection;
import java.util.Iterator;
import java.util.function.Function;
import java.util.stream.Stream;

/** The desired state as the transaction that would make it from nothing, secrets included. */
final class WholeState {
  private WholeState() {}

  /**
   * Its chunks, once.
   *
   * @param state shared
   * @param routes all of them
   */
  static Iterator<Transaction> chunks(DesiredState state, Iterator<Routes> routes) {
    Stream<Operation> objects =
        Stream.of(
                operations(state.uplinks().values(), WholeState::upsert),
                operations(state.nodes().values(), WholeState::upsert),
                operations(state.networks().values(), WholeState::upsert),
                operations(state.ipSets().values(), WholeState::upsert),
                operations(state.tiers().values(), WholeState::upsert),
                operations(state.policies().values(), WholeState::upsert),
                operations(state.profiles().values(), WholeState::upsert),
                operations(state.endpoints().values(), WholeState::upsert))
            .flatMap(each -> each);
    return new Chunks(objects.iterator(), routes);
  }

  private static <T> Stream<Operation> operations(
      Collection<T> all, Function<T, Operation> toOperation) {
    return all.stream().map(toOperation);
  }

  private static Operation upsert(dev.heddle.model.Uplink uplink) {
    return MemifSecrets.with(
        MemifSecrets.of(uplink), Operations.upsert(UplinkReader.toMessage(uplink)));
  }

  private static Operation upsert(dev.heddle.model.Node node) {
    return Operations.upsert(NodeReader.toMessage(node));
  }

  private static Operation upsert(dev.heddle.model.Network network) {
    return Operations.upsert(NetworkReader.toMessage(network));
  }

  private static Operation upsert(dev.heddle.model.Endpoint endpoint) {
    return MemifSecrets.with(
        MemifSecrets.of(endpoint), Operations.upsert(EndpointReader.toMessage(endpoint)));
  }

  private static Operation upsert(dev.heddle.model.IpSet set) {
    return Operations.upsert(IpSetReader.toMessage(set));
  }

  private static Operation upsert(dev.heddle.model.Tier tier) {
    return Operations.upsert(PolicyReader.toMessage(tier));
  }

  private static Operation upsert(dev.heddle.model.Policy policy) {
    return Operations.upsert(PolicyReader.toMessage(policy));
  }

  private static Operation upsert(dev.heddle.model.Profile profile) {
    return Operations.upsert(PolicyReader.toMessage(profile));
  }

  /** Some objects a chunk, then some thousand routes a chunk. */
  private record Chunks(Iterator<Operation> objects, Iterator<Routes> routes)
      implements Iterator<Transaction> {
    private static final int OBJECTS_PER_CHUNK = 256;

    @Override
    public boolean hasNext() {
      return objects.hasNext() || routes.hasNext();
    }

    @Override
    public Transaction next() {
      Transaction.Builder chunk = Transaction.newBuilder();
      if (!objects.hasNext()) {
        Routes.Builder next = routes.next().toBuilder().clearPackets().clearBytes();
        return chunk.addOperations(Operations.upsert(next.build())).build();
      }
      while (objects.hasNext() && chunk.getOperationsCount() < OBJECTS_PER_CHUNK) {
        chunk.addOperations(objects.next());
      }
      return chunk.build();
    }
  }
}
