package dev.heddle.port.memif.channel;

/**
 * How much shared memory an interface has, and of which kind.
 *
 * @param log2RingSize logarithm of the descriptors per ring: ours as a client, the largest that a
 *     peer may bring as a server
 * @param bufferBytes size of each packet buffer we offer as a client
 * @param maxRegionBytes the most that all regions of the link may have together
 * @param allowHugetlb whether a client may share huge pages. Its holes raise SIGBUS in spite of
 *     seals when the machine runs out of huge pages, so allow it only to peers that are trusted
 * @param allowUnsealed whether a client may share memory without the F_SEAL_SHRINK seal. It can
 *     then take the memory away while we use it, so allow it only to peers that are trusted; DPDK's
 *     zero-copy client needs it
 */
public record MemifMemory(
    int log2RingSize,
    int bufferBytes,
    long maxRegionBytes,
    boolean allowHugetlb,
    boolean allowUnsealed) {
  /** 1024 descriptors, 2 KiB buffers, 256 MiB, sealed and of ordinary pages. */
  public static final MemifMemory DEFAULTS = new MemifMemory(10, 2048, 256L << 20, false, false);

  static final int MIN_LOG2_RING_SIZE = 1;
  static final int MAX_LOG2_RING_SIZE = 14;
  private static final int BUFFER_ALIGNMENT_BYTES = 64;

  /** Not less than may be read of a frame, however short it is. */
  private static final int MIN_BUFFER_BYTES = 192;

  private static final int MAX_BUFFER_BYTES = 65_472;
  private static final long MAX_REGION_BYTES = 64L << 30;

  public MemifMemory {
    if (log2RingSize < MIN_LOG2_RING_SIZE || log2RingSize > MAX_LOG2_RING_SIZE) {
      throw new MemifConfigException(
          "log2RingSize",
          log2RingSize,
          "give the logarithm of the ring's size, "
              + MIN_LOG2_RING_SIZE
              + " to "
              + MAX_LOG2_RING_SIZE);
    }
    if (bufferBytes < MIN_BUFFER_BYTES
        || bufferBytes > MAX_BUFFER_BYTES
        || bufferBytes % BUFFER_ALIGNMENT_BYTES != 0) {
      throw new MemifConfigException(
          "bufferBytes",
          bufferBytes,
          "give a multiple of "
              + BUFFER_ALIGNMENT_BYTES
              + " from "
              + MIN_BUFFER_BYTES
              + " to "
              + MAX_BUFFER_BYTES);
    }
    if (maxRegionBytes <= 0 || maxRegionBytes > MAX_REGION_BYTES) {
      throw new MemifConfigException(
          "maxRegionBytes", maxRegionBytes, "give 1 to " + MAX_REGION_BYTES + " bytes (64 GiB)");
    }
  }
}
