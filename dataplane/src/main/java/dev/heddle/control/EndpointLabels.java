package dev.heddle.control;

import dev.heddle.model.Endpoint;
import dev.heddle.model.Workload;
import java.util.HashMap;
import java.util.Map;

/** The labels by which policies select an endpoint: its own, and those that say where it is. */
final class EndpointLabels {
  private static final String NETWORK = "projectcalico.org/network";
  private static final String NETWORK_NAMESPACE = "projectcalico.org/network-namespace";
  private static final String NETWORK_INTERFACE = "projectcalico.org/network-interface";
  private static final String NAMESPACE = "projectcalico.org/namespace";

  private EndpointLabels() {}

  static Map<String, String> of(Endpoint endpoint) {
    Workload workload = endpoint.workload();
    Map<String, String> labels = new HashMap<>(workload.labels());
    labels.put(NETWORK, endpoint.network());
    put(labels, NETWORK_NAMESPACE, workload.namespace());
    put(labels, NAMESPACE, workload.namespace());
    put(labels, NETWORK_INTERFACE, workload.interfaceName());
    return labels;
  }

  private static void put(Map<String, String> labels, String key, String value) {
    if (!value.isEmpty()) {
      labels.put(key, value);
    }
  }
}
