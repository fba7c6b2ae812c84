package dev.heddle.control;

import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.Routes;
import dev.heddle.api.v1.Transaction;
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
    return OPERATION_OVERHEAD_BYTES + (long) PREFIX_OVERHEAD_BYTES * prefixes(operation);
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
      default -> 0;
    };
  }
}
