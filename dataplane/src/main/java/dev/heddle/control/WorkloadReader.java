package dev.heddle.control;

import dev.heddle.api.v1.Endpoint;
import dev.heddle.model.Workload;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Whose an endpoint is, between messages and the model. */
final class WorkloadReader {
  /** Kubernetes has it for names, label values and, with a domain before, label keys. */
  private static final Pattern LABEL =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

  private static final Pattern DOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int MAX_DOMAIN_CHARS = 253;
  private static final String OWN_DOMAIN = "projectcalico.org/";
  private static final int MAX_INTERFACE_CHARS = 15;

  private WorkloadReader() {}

  /** Notes what is wrong. */
  static void check(Endpoint message, Field at) {
    checkDomain(message.getNamespace(), "namespace", at);
    checkDomain(message.getPod(), "pod", at);
    String interfaceName = message.getInterface();
    if (interfaceName.length() > MAX_INTERFACE_CHARS
        || !interfaceName.isEmpty() && !LABEL.matcher(interfaceName).matches()) {
      at.invalid(
          "interface",
          interfaceName,
          "not an interface's name; give up to 15 letters, digits, - _ or . or leave it out");
    }
    if (message.getLabelsCount() > Workload.MAX_LABELS) {
      at.invalid(
          "labels", message.getLabelsCount() + " of them", "give at most " + Workload.MAX_LABELS);
    }
    message.getLabelsMap().forEach((key, value) -> checkLabel(key, value, at));
    checkProfiles(message.getProfilesList(), at);
  }

  private static void checkDomain(String name, String field, Field at) {
    if (!name.isEmpty() && !isDomain(name)) {
      at.invalid(
          field,
          name,
          "not a Kubernetes name; give lower case letters, digits, - and . or leave it out");
    }
  }

  private static boolean isDomain(String name) {
    return name.length() <= MAX_DOMAIN_CHARS && DOMAIN.matcher(name).matches();
  }

  private static void checkLabel(String key, String value, Field at) {
    int slash = key.indexOf('/');
    boolean isKey =
        (slash < 0 || isDomain(key.substring(0, slash)))
            && LABEL.matcher(key.substring(slash + 1)).matches();
    if (!isKey) {
      at.invalid("labels", key, "not a label's key; give a name, or a domain, a slash and a name");
    } else if (key.startsWith(OWN_DOMAIN)) {
      at.invalid(
          "labels",
          key,
          "the daemon gives labels of this domain itself, by network, namespace and interface; leave"
              + " it out");
    }
    if (!value.isEmpty() && !LABEL.matcher(value).matches()) {
      at.invalid(
          "labels[" + key + "]",
          value,
          "not a label's value; give up to 63 letters, digits, - _ or . between letters or digits");
    }
  }

  private static void checkProfiles(List<String> profiles, Field at) {
    if (profiles.size() > Workload.MAX_PROFILES) {
      at.invalid("profiles", profiles.size() + " of them", "give at most " + Workload.MAX_PROFILES);
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < profiles.size(); i++) {
      if (!seen.add(profiles.get(i))) {
        at.invalid("profiles[" + i + "]", profiles.get(i), "given twice; give it once");
      }
    }
  }

  /** Reads what {@link #check} found right. */
  static Workload read(Endpoint message) {
    return new Workload(
        message.getNamespace(),
        message.getPod(),
        message.getInterface(),
        message.getLabelsMap(),
        message.getProfilesList());
  }

  static void write(Workload workload, Endpoint.Builder message) {
    message
        .setNamespace(workload.namespace())
        .setPod(workload.pod())
        .setInterface(workload.interfaceName())
        .putAllLabels(workload.labels())
        .addAllProfiles(workload.profiles());
  }
}
