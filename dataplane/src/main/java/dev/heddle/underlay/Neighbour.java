package dev.heddle.underlay;

/** One neighbour's entry. Times are those of the keeper's clock. */
final class Neighbour {
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
