package dev.heddle.observe;

/** What is counted for the daemon as a whole. */
public enum DaemonCounter {
  REVISION("revision", "revision of the last transaction that was applied"),
  NETWORKS("networks", "networks there are now"),
  ENDPOINTS("endpoints", "endpoints there are now"),
  ROUTES("routes", "routes there are now, those that ranges and endpoints imply not counted"),
  API_CALLS("api-calls", "calls of the API"),
  API_REFUSALS("api-refusals", "calls of the API that were refused and changed nothing");

  private final String label;
  private final String description;

  DaemonCounter(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /** The name that the CLI and the documentation use. */
  public String label() {
    return label;
  }

  /** One sentence for an operator. */
  public String description() {
    return description;
  }
}
