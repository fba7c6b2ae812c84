package dev.heddle.underlay;

/** One neighbour's entry, in the order of when it is due. Times are those of the keeper's clock. */
final class Neighbour implements Comparable<Neighbour> {
  final Wanted wanted;
  NeighbourState state = NeighbourState.INCOMPLETE;

  /** In the low 48 bits, first byte on the wire lowest; 0 while it is not known. */
  long mac;

  /** When it came into its state. */
  long sinceNs;

  /** When something is to be done about it. */
  long dueNs;

  /** Requests since it was heard last. */
  int unanswered;

  /** When it was asked last. */
  long askedNs;

  Neighbour(Wanted wanted, long nowNs, long askedNs) {
    this.wanted = wanted;
    this.sinceNs = nowNs;
    this.dueNs = nowNs;
    this.askedNs = askedNs;
  }

  /** Take it out of an ordered set before {@link #dueNs} changes. */
  @Override
  public int compareTo(Neighbour other) {
    // The clock may overflow.
    int byDue = Long.signum(dueNs - other.dueNs);
    return byDue != 0 ? byDue : Integer.compare(wanted.index(), other.wanted.index());
  }

  NeighbourAddress address() {
    return wanted.address();
  }

  void enter(NeighbourState next, long nowNs) {
    if (state != next) {
      state = next;
      sinceNs = nowNs;
    }
    unanswered = 0;
  }
}
