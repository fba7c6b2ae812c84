package dev.heddle.control;

import dev.heddle.api.v1.Memif;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Transaction;
import dev.heddle.model.Endpoint;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Uplink;
import java.util.List;

/** Secrets of memifs, which no message shows that anybody but the journal gets. */
final class MemifSecrets {
  private MemifSecrets() {}

  /**
   * A transaction with the secrets in it that it says are kept, where the objects have any. So
   * whoever reads it later needs no state from before.
   */
  static List<Transaction> keep(List<Transaction> chunks, DesiredState state) {
    return chunks.stream().map(chunk -> keep(chunk, state)).toList();
  }

  private static Transaction keep(Transaction chunk, DesiredState state) {
    Transaction.Builder kept = null;
    for (int i = 0; i < chunk.getOperationsCount(); i++) {
      Operation operation = chunk.getOperations(i);
      String secret = kept(operation, state);
      if (!secret.isEmpty()) {
        kept = kept == null ? chunk.toBuilder() : kept;
        kept.setOperations(i, with(secret, operation));
      }
    }
    return kept == null ? chunk : kept.build();
  }

  /** The secret that an operation keeps; empty if it keeps none, or there is none. */
  private static String kept(Operation operation, DesiredState state) {
    if (isKept(operation.getUpsertEndpoint().getMemif())) {
      Endpoint before = state.endpoints().get(operation.getUpsertEndpoint().getName());
      return before == null ? "" : of(before);
    }
    if (isKept(operation.getUpsertUplink().getMemif())) {
      Uplink before = state.uplinks().get(operation.getUpsertUplink().getName());
      return before == null ? "" : of(before);
    }
    return "";
  }

  private static boolean isKept(Memif memif) {
    return memif.getSecretSet() && memif.getSecret().isEmpty();
  }

  /** An endpoint's secret; empty if it has none. */
  static String of(Endpoint endpoint) {
    return endpoint.attachment() instanceof MemifAttachment memif ? memif.secret() : "";
  }

  /** An uplink's secret; empty if it has none. */
  static String of(Uplink uplink) {
    return uplink.attachment() instanceof MemifAttachment memif ? memif.secret() : "";
  }

  /**
   * The operation with the secret of the memif in it.
   *
   * @param secret empty where there is none, perhaps no memif either
   * @param operation creates or replaces an endpoint or an uplink
   */
  static Operation with(String secret, Operation operation) {
    if (secret.isEmpty()) {
      return operation;
    }
    Operation.Builder told = operation.toBuilder();
    if (operation.hasUpsertEndpoint()) {
      told.getUpsertEndpointBuilder().getMemifBuilder().setSecret(secret);
    } else {
      told.getUpsertUplinkBuilder().getMemifBuilder().setSecret(secret);
    }
    return told.build();
  }
}
