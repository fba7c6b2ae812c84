package dev.heddle.model;

import java.util.List;
import java.util.Map;

/**
 * What an endpoint belongs to, in Kubernetes' words.
 *
 * @param namespace of its pod; empty if none
 * @param pod its name; empty if none
 * @param interfaceName in the pod; empty if it is not told
 * @param labels by which policies select it
 * @param profiles names of profiles, in the order in which they decide
 */
public record Workload(
    String namespace,
    String pod,
    String interfaceName,
    Map<String, String> labels,
    List<String> profiles) {
  public static final int MAX_LABELS = 64;
  public static final int MAX_PROFILES = 64;

  /** Nothing is told. */
  public static final Workload NONE = new Workload("", "", "", Map.of(), List.of());

  public Workload {
    labels = Map.copyOf(labels);
    profiles = List.copyOf(profiles);
    if (labels.size() > MAX_LABELS || profiles.size() > MAX_PROFILES) {
      throw new IllegalArgumentException("number of labels or profiles");
    }
  }
}
