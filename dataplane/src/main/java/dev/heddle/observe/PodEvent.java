package dev.heddle.observe;

/** What happens to a pod with a kernel interface, counted for that. */
public enum PodEvent implements CountedEvent {
  LOST("pod-lost", "times that the pod's network namespace or its interface there went away");

  private final String label;
  private final String description;

  PodEvent(String label, String description) {
    this.label = label;
    this.description = description;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public boolean fault() {
    return false;
  }
}
