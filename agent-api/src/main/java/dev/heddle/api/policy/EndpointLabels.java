package dev.heddle.api.policy;

import java.util.HashMap;
import java.util.Map;

/** The labels by which policies select an endpoint: its own, and those that say where it is. */
public final class EndpointLabels {
  static final String NETWORK = "projectcalico.org/network";
  static final String NETWORK_NAMESPACE = "projectcalico.org/network-namespace";
  static final String NETWORK_INTERFACE = "projectcalico.org/network-interface";
  static final String NAMESPACE = "projectcalico.org/namespace";

  private EndpointLabels() {}

  /**
   * All labels of an endpoint.
   *
   * @param own those that it was given
   * @param network its network's name
   * @param namespace of its pod; empty if none
   * @param interfaceName in the pod; empty if it is not told
   */
  public static Map<String, String> of(
      Map<String, String> own, String network, String namespace, String interfaceName) {
    Map<String, String> labels = new HashMap<>(own);
    labels.put(NETWORK, network);
    put(labels, NETWORK_NAMESPACE, namespace);
    put(labels, NAMESPACE, namespace);
    put(labels, NETWORK_INTERFACE, interfaceName);
    return Map.copyOf(labels);
  }

  private static void put(Map<String, String> labels, String key, String value) {
    if (!value.isEmpty()) {
      labels.put(key, value);
    }
  }
}
