package dev.heddle.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pods that have an interface which Heddle makes in their namespace: what speaks IP there. */
final class OwnInterfaces implements AutoCloseable {
  /** The interface's name in each of them. */
  static final String DEVICE = "net1";

  private final Map<String, KernelPod> pods = new HashMap<>();

  /** Makes their namespaces, which are empty at first. */
  static OwnInterfaces create(List<Pod> pods) {
    OwnInterfaces created = new OwnInterfaces();
    try {
      for (Pod pod : pods) {
        if (pod.kind() == Pod.Kind.INTERFACE) {
          created.pods.put(pod.name(), KernelPod.create(pod, DEVICE));
        }
      }
      return created;
    } catch (RuntimeException e) {
      created.close();
      throw e;
    }
  }

  List<KernelPod> all() {
    return List.copyOf(pods.values());
  }

  /** The one of this name. */
  KernelPod of(String name) {
    return pods.get(name);
  }

  /** Their kernels send nothing more, so that counters come to rest. */
  void silence() {
    pods.values().forEach(KernelPod::silence);
  }

  @Override
  public void close() {
    pods.values().forEach(KernelPod::close);
  }
}
