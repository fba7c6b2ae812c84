package dev.heddle.control;

import dev.heddle.compile.WantedNeighbour;
import java.util.List;

/** Finds out the Ethernet addresses of hosts on the underlay, and keeps them right. */
public interface UnderlayNeighbours {
  /**
   * From now on these are wanted and no others. Every worker runs tables that lead to them. Called
   * by one thread at a time.
   */
  void want(List<WantedNeighbour> wanted);

  /** What is known of those that are wanted. Any thread may ask. */
  List<KnownNeighbour> known();
}
