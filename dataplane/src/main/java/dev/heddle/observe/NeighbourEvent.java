package dev.heddle.observe;

/** What happens to the neighbours of an uplink, counted for it. */
public enum NeighbourEvent implements CountedEvent {
  RESOLVED("neighbour-resolved", "times that a neighbour's MAC address became known"),
  MOVED("neighbour-moved", "times that a neighbour's MAC address became another one"),
  LOST("neighbour-lost", "times that a neighbour did not answer any more");

  private final String label;
  private final String description;

  NeighbourEvent(String label, String description) {
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
