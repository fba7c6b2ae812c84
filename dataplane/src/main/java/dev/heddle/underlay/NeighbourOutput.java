package dev.heddle.underlay;

/** What the keeper has others do about a neighbour. Returns without waiting for it. */
public interface NeighbourOutput {
  /**
   * Sends an ARP request or a neighbour solicitation.
   *
   * @param mac whom to ask; 0 for everybody on the link
   */
  void ask(NeighbourAddress address, long mac);

  /** Sends the packets that wait for a neighbour which the table knows by now. */
  void release();

  /** Drops the packets that wait for a neighbour: nobody wants it any more. */
  void drop(int index);

  /** Drops the packets that have waited for too long, whomever for. */
  void expire();
}
