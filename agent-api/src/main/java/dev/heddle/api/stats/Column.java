package dev.heddle.api.stats;

/**
 * What one column of the counters file counts, as the file itself says it.
 *
 * @param name the name that the CLI and the documentation use, lower case with dashes
 * @param description one sentence for an operator
 * @param kind which table the column belongs to and how it is presented
 * @param side its part in the accounting identity
 */
public record Column(String name, String description, Kind kind, Side side) {
  /** Where a column stands. */
  public enum Kind {
    /** Counted by workers for each interface. */
    TRAFFIC,
    /** Packets that workers dropped for one reason, for each interface. */
    DROP,
    /** What the control side saw happen to an interface. */
    EVENT,
    /** What the control side refused an interface's peer, or cut it off for. */
    FAULT
  }

  /** On which side of "came in = went out" a column is summed. */
  public enum Side {
    NONE,
    IN,
    OUT
  }
}
