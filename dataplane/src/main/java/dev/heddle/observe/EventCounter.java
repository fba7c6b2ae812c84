package dev.heddle.observe;

/** Where events are counted; from any thread. */
@FunctionalInterface
public interface EventCounter {
  /** Stands for the index where nobody knows which interface was meant. */
  int NO_INTERFACE = -1;

  /** Counts one event. */
  void count(int interfaceIndex, CountedEvent event);
}
