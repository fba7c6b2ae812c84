package dev.heddle.table.policy;

/** What a worker writes on the way to a verdict: the Log rules that matched. One thread. */
public final class PolicyHits {
  /** Log rules of one packet that are noted; further ones are not. */
  public static final int MAX_LOGGED = 16;

  /** Of each dimension, the packet's class. */
  final int[] classes = new int[ProgramLayout.DIMENSIONS];

  /** Of the dimensions of one group, where their rows begin. */
  final int[] rows = new int[ProgramLayout.DIMENSIONS];

  private final int[] logged = new int[MAX_LOGGED];
  private int loggedCount;

  /** Log rules that the last packet met. */
  public int loggedCount() {
    return loggedCount;
  }

  /** Index in the program of one of them, in the order in which they were met. */
  public int logged(int which) {
    return logged[which];
  }

  void begin() {
    loggedCount = 0;
  }

  void log(int rule) {
    if (loggedCount < MAX_LOGGED) {
      logged[loggedCount++] = rule;
    }
  }
}
