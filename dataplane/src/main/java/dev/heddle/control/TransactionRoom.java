package dev.heddle.control;

import dev.heddle.api.v1.IpSetChange;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Policy;
import dev.heddle.api.v1.PolicyPeer;
import dev.heddle.api.v1.PolicyRule;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Profile;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.Transaction;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all transactions and listings of routes under way may take together, so that no
 * client can make the daemon run out of it.
 *
 * <p>Any thread may call.
 */
public final class TransactionRoom {
  /** Objects that an operation makes besides its own bytes: messages, text, a place in a list. */
  private static final int OPERATION_OVERHEAD_BYTES = 160;

  /** The same for a prefix, of which there may be millions. */
  private static final int PREFIX_OVERHEAD_BYTES = 88;

  /** The same for a policy's rule: its message, those of its two peers, and their lists. */
  private static final int RULE_OVERHEAD_BYTES = 500;

  /** The same for a net, a range of ports or the name of a set, with its share of a list. */
  private static final int PEER_PART_OVERHEAD_BYTES = 140;

  private static final int HEAP_SHARE = 3;

  private final long limitBytes;
  private final AtomicLong takenBytes = new AtomicLong();

  /**
   * @param limitBytes of memory
   */
  public TransactionRoom(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** A good part of this process's heap; the rest holds the desired state. */
  public static TransactionRoom ofThisProcess() {
    return new TransactionRoom(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  long limitBytes() {
    return limitBytes;
  }

  long freeBytes() {
    return limitBytes - takenBytes.get();
  }

  /** Takes room for a transaction's next chunk; false where there is not enough. */
  boolean take(long bytes) {
    if (takenBytes.addAndGet(bytes) <= limitBytes) {
      return true;
    }
    takenBytes.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    takenBytes.addAndGet(-bytes);
  }

  /**
   * About what a chunk takes of the heap, from its arrival until it is applied.
   *
   * @param replacement whether the routes that it names will be marked
   */
  static long heapBytes(Transaction chunk, boolean replacement) {
    long bytes = chunk.getSerializedSize();
    for (Operation operation : chunk.getOperationsList()) {
      bytes += overheadBytes(operation);
      if (replacement) {
        bytes += markBytes(operation.getUpsertRoutes());
      }
    }
    return bytes;
  }

  /** About what an operation takes of the heap. */
  static long heapBytes(Operation operation) {
    return operation.getSerializedSize() + overheadBytes(operation);
  }

  private static long overheadBytes(Operation operation) {
    return OPERATION_OVERHEAD_BYTES
        + (long) PREFIX_OVERHEAD_BYTES * prefixes(operation)
        + ruleBytes(operation);
  }

  private static long markBytes(Routes routes) {
    long bytes = 0;
    for (Prefix prefix : routes.getPrefixesList()) {
      bytes +=
          prefix.getAddress().size() == AddressReader.IPV4_BYTES
              ? RouteMarks.BYTES4
              : RouteMarks.BYTES6;
    }
    return bytes;
  }

  private static int prefixes(Operation operation) {
    return switch (operation.getChangeCase()) {
      case UPSERT_ROUTES -> operation.getUpsertRoutes().getPrefixesCount();
      case DELETE_ROUTES -> operation.getDeleteRoutes().getPrefixesCount();
      case UPSERT_IP_SET ->
          operation.getUpsertIpSet().getNetsCount() + operation.getUpsertIpSet().getServicesCount();
      case CHANGE_IP_SET -> members(operation.getChangeIpSet());
      default -> 0;
    };
  }

  private static int members(IpSetChange change) {
    return change.getAddedNetsCount()
        + change.getRemovedNetsCount()
        + change.getAddedServicesCount()
        + change.getRemovedServicesCount();
  }

  private static long ruleBytes(Operation operation) {
    return switch (operation.getChangeCase()) {
      case UPSERT_POLICY -> {
        Policy policy = operation.getUpsertPolicy();
        yield bytes(policy.getIngressList()) + bytes(policy.getEgressList());
      }
      case UPSERT_PROFILE -> {
        Profile profile = operation.getUpsertProfile();
        yield bytes(profile.getIngressList()) + bytes(profile.getEgressList());
      }
      default -> 0;
    };
  }

  private static long bytes(List<PolicyRule> rules) {
    long parts = 0;
    for (PolicyRule rule : rules) {
      parts += parts(rule.getSource()) + parts(rule.getDestination());
    }
    return (long) RULE_OVERHEAD_BYTES * rules.size() + PEER_PART_OVERHEAD_BYTES * parts;
  }

  private static int parts(PolicyPeer peer) {
    return peer.getNetsCount()
        + peer.getNotNetsCount()
        + peer.getPortsCount()
        + peer.getNotPortsCount()
        + peer.getIpSetsCount()
        + peer.getNotIpSetsCount();
  }
}
