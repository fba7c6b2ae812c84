package dev.heddle.model;

import java.util.List;

/**
 * An interface of the kernel's in the pod's network namespace.
 *
 * @param netns path of the network namespace
 * @param name of the interface there
 * @param queues in each direction
 * @param routes what the pod reaches through the network's gateway besides the network's ranges
 */
public record KernelAttachment(String netns, String name, int queues, List<IpPrefix> routes)
    implements EndpointAttachment {
  /** IFNAMSIZ without the zero byte at the end. */
  public static final int MAX_NAME_BYTES = 15;

  public static final int MAX_QUEUES = 8;
  public static final int MAX_ROUTES = 64;

  public KernelAttachment {
    routes = List.copyOf(routes);
    if (!netns.startsWith("/") || name.isEmpty() || name.length() > MAX_NAME_BYTES) {
      throw new IllegalArgumentException("network namespace or name");
    }
    if (queues < 1 || queues > MAX_QUEUES || routes.size() > MAX_ROUTES) {
      throw new IllegalArgumentException("number of queues or routes");
    }
  }

  /** Whether the two differ in nothing that cannot change. */
  public boolean isSameDevice(KernelAttachment other) {
    return netns.equals(other.netns) && name.equals(other.name) && queues == other.queues;
  }

  @Override
  public boolean ipMode() {
    return false;
  }

  @Override
  public String toString() {
    return name + " in " + netns;
  }
}
