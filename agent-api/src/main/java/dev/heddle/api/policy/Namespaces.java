package dev.heddle.api.policy;

import java.util.HashMap;
import java.util.Map;

/**
 * Labels of namespaces. Each has {@code projectcalico.org/name}, its name, besides its own; so has
 * one that was not told yet, which a pod may come before.
 */
final class Namespaces {
  static final String NAME = "projectcalico.org/name";

  private final Map<String, Map<String, String>> labelsByName = new HashMap<>();

  void put(String name, Map<String, String> own) {
    Map<String, String> labels = new HashMap<>(own);
    labels.put(NAME, name);
    labelsByName.put(name, Map.copyOf(labels));
  }

  void remove(String name) {
    labelsByName.remove(name);
  }

  Map<String, String> labels(String name) {
    Map<String, String> labels = labelsByName.get(name);
    return labels != null ? labels : Map.of(NAME, name);
  }
}
