package dev.heddle.control;

import dev.heddle.api.v1.Operation;
import dev.heddle.model.Endpoint;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Uplink;

/** Secrets of memifs, which no message shows that anybody but the journal gets. */
final class MemifSecrets {
  private MemifSecrets() {}

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
