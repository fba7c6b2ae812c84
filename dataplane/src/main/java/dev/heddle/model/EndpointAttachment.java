package dev.heddle.model;

/** How a pod is connected. */
public sealed interface EndpointAttachment permits KernelAttachment, MemifAttachment {
  /** Whether packets come without an Ethernet header. */
  boolean ipMode();
}
