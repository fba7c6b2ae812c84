package dev.heddle.model;

/**
 * A memif connection to a pod, or to a trusted neighbour.
 *
 * @param server whether Heddle listens; else it connects
 * @param socket path of the Unix socket, or {@code @} and an abstract name
 * @param netns path of the network namespace of an abstract socket; empty: the daemon's own
 * @param id interface id on the socket, 32 bits unsigned
 * @param secret what the client shows; empty: nothing
 * @param ipMode whether packets come without an Ethernet header
 * @param queues rings in each direction
 * @param log2RingSize logarithm of the descriptors of a ring
 * @param bufferBytes size of a buffer in the client's role
 * @param maxRegionMib the most memory that a peer may share, in MiB
 * @param allowHugetlb whether a peer may share huge pages
 * @param allowUnsealed whether a peer may share memory that it can shrink
 */
public record MemifAttachment(
    boolean server,
    String socket,
    String netns,
    int id,
    String secret,
    boolean ipMode,
    int queues,
    int log2RingSize,
    int bufferBytes,
    int maxRegionMib,
    boolean allowHugetlb,
    boolean allowUnsealed)
    implements EndpointAttachment, UplinkAttachment {
  /** A Unix socket's address has 108 bytes, the last of which ends the path. */
  public static final int MAX_SOCKET_BYTES = 107;

  public static final int MAX_SECRET_BYTES = 23;
  public static final int MAX_QUEUES = 16;
  public static final int MIN_LOG2_RING_SIZE = 6;
  public static final int DEFAULT_LOG2_RING_SIZE = 10;
  public static final int MAX_LOG2_RING_SIZE = 14;
  public static final int MIN_BUFFER_BYTES = 512;
  public static final int DEFAULT_BUFFER_BYTES = 2048;
  public static final int MAX_BUFFER_BYTES = 16384;
  public static final int BUFFER_ALIGNMENT_BYTES = 64;
  public static final int DEFAULT_MAX_REGION_MIB = 256;
  public static final int MAX_MAX_REGION_MIB = 65536;

  public MemifAttachment {
    if (socket.isEmpty() || queues < 1 || queues > MAX_QUEUES) {
      throw new IllegalArgumentException("memif socket or queues");
    }
    if (log2RingSize < MIN_LOG2_RING_SIZE || log2RingSize > MAX_LOG2_RING_SIZE) {
      throw new IllegalArgumentException("memif ring size");
    }
    if (bufferBytes < MIN_BUFFER_BYTES
        || bufferBytes > MAX_BUFFER_BYTES
        || bufferBytes % BUFFER_ALIGNMENT_BYTES != 0) {
      throw new IllegalArgumentException("memif buffer size");
    }
  }

  /** The same connection with another secret, or none if it is empty. */
  public MemifAttachment withSecret(String other) {
    return new MemifAttachment(
        server,
        socket,
        netns,
        id,
        other,
        ipMode,
        queues,
        log2RingSize,
        bufferBytes,
        maxRegionMib,
        allowHugetlb,
        allowUnsealed);
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return (server ? "memif server " : "memif client ") + socket + " id " + id;
  }
}
