package dev.heddle.benchmarks.peer;

import java.nio.file.Path;

/** What stands between generator and sink: a process that serves two memif sockets. */
public interface Peer extends AutoCloseable {
  /** As it stands in samples. */
  String name();

  /** Where the generator (0) and the sink (1) connect. */
  Path socket(int port);

  /** The memif interface id on that socket. */
  default int interfaceId(int port) {
    return 0;
  }

  /** Number of the ring through which it sends. */
  default int sendingRing() {
    return 0;
  }

  /** Its process id. */
  long pid();

  /** The frame that the sink must get for one that the generator sent. */
  byte[] expected(byte[] sent);

  /** What the peer itself has counted so far. */
  Counts counts();

  /** How long it needs under load until it runs at its full speed. */
  long warmUpNs();

  /** Ends the process. */
  @Override
  void close();

  /**
   * A peer's own counts, of the generator's and the sink's interface.
   *
   * @param known whether the peer can tell while it runs
   * @param received packets it took from the generator
   * @param transmitted packets it gave to the sink
   * @param dropped packets it dropped, whatever the reason
   * @param busyNs nanoseconds its worker spent in turns with work; 0 if unknown
   * @param batches batches its worker took; 0 if unknown
   */
  record Counts(
      boolean known, long received, long transmitted, long dropped, long busyNs, long batches) {
    public static final Counts UNKNOWN = new Counts(false, 0, 0, 0, 0, 0);

    /** What was counted since. */
    public Counts since(Counts earlier) {
      return new Counts(
          known && earlier.known,
          received - earlier.received,
          transmitted - earlier.transmitted,
          dropped - earlier.dropped,
          busyNs - earlier.busyNs,
          batches - earlier.batches);
    }
  }
}
