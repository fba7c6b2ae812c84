package dev.heddle.control;

import dev.heddle.control.DesiredState.AttachmentKey;
import dev.heddle.control.DesiredState.KernelKey;
import dev.heddle.control.DesiredState.MemifKey;
import dev.heddle.model.Endpoint;
import dev.heddle.model.EndpointAttachment;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.KernelAttachment;
import dev.heddle.model.MemifAttachment;
import dev.heddle.model.Uplink;
import java.util.HashMap;
import java.util.Map;

/** Checks how endpoints of a draft are connected against all others. */
final class AttachmentChecks {
  private final DesiredState state;
  private final Draft draft;
  private final Map<AttachmentKey, String> ofDraft = new HashMap<>();

  AttachmentChecks(DesiredState state, Draft draft) {
    this.state = state;
    this.draft = draft;
  }

  /**
   * Notes the mistakes in an endpoint's attachment.
   *
   * @param before the endpoint as it was; null if it is new
   */
  void check(Endpoint endpoint, Endpoint before, Field at) {
    if (before != null
        && !isSame(before.attachment(), endpoint.attachment())
        && !reportOtherSecret(before.attachment(), endpoint.attachment(), at)) {
      at.failedPrecondition(
          endpoint.attachment() instanceof MemifAttachment ? "memif" : "kernel",
          endpoint.attachment(),
          "the attachment of an endpoint cannot change; delete it, then create it anew");
    }
    if (endpoint.attachment() instanceof MemifAttachment memif) {
      checkUplinks(MemifKey.of(memif), at);
    }
    if (endpoint.attachment() instanceof KernelAttachment kernel) {
      checkRoutes(endpoint, kernel, at);
    }
    AttachmentKey key = AttachmentKey.of(endpoint.attachment());
    String inDraft = ofDraft.putIfAbsent(key, endpoint.name());
    String other = inDraft != null ? inDraft : state.endpointByAttachment(key);
    if (other != null
        && !other.equals(endpoint.name())
        && (inDraft != null || draft.endpoints().after(other) != null)) {
      reportTaken(key, "endpoint " + other, at);
    }
  }

  /** Whether they are but for the routes of a kernel interface, which may change. */
  private static boolean isSame(EndpointAttachment before, EndpointAttachment after) {
    return before.equals(after)
        || before instanceof KernelAttachment kernel
            && after instanceof KernelAttachment changed
            && kernel.isSameDevice(changed);
  }

  /**
   * Notes that a memif would have another secret, which no text shows; false, with nothing noted,
   * if that is not all that is different.
   */
  static boolean reportOtherSecret(Object before, Object after, Field at) {
    if (!(before instanceof MemifAttachment was
        && after instanceof MemifAttachment memif
        && was.withSecret(memif.secret()).equals(memif))) {
      return false;
    }
    at.failedPrecondition(
        "memif.secret",
        memif.secret().isEmpty() ? "(absent)" : "(not shown)",
        "cannot change; "
            + (was.secret().isEmpty() ? "leave it out" : "give secret_set alone to keep it")
            + ", or delete what has it, then create it anew");
    return true;
  }

  private void checkUplinks(MemifKey key, Field at) {
    for (Uplink uplink : draft.uplinks().allAfter()) {
      if (uplink.attachment() instanceof MemifAttachment memif && MemifKey.of(memif).equals(key)) {
        reportTaken(key, "uplink " + Names.orDefault(uplink.name()), at);
      }
    }
  }

  /** A network has a gateway of each family that its endpoints have addresses of. */
  private static void checkRoutes(Endpoint endpoint, KernelAttachment kernel, Field at) {
    for (int i = 0; i < kernel.routes().size(); i++) {
      IpPrefix route = kernel.routes().get(i);
      if (endpoint.addresses().stream().noneMatch(address -> address.ipv6() == route.ipv6())) {
        at.invalid(
            "kernel.routes[" + i + "]",
            AddressReader.text(route),
            "there is no gateway for it, since the endpoint has no address of that family; leave"
                + " it out");
      }
    }
  }

  static void reportTaken(AttachmentKey key, String owner, Field at) {
    switch (key) {
      case MemifKey memif ->
          at.alreadyExists(
              "memif.id",
              Integer.toUnsignedString(memif.id()),
              "taken on socket " + memif.socket() + " by " + owner + "; give another id or socket");
      case KernelKey kernel ->
          at.alreadyExists(
              "kernel.name",
              kernel.name(),
              "taken in " + kernel.netns() + " by " + owner + "; give another");
    }
  }
}
