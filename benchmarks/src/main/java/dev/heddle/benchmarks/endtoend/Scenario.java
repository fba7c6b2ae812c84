package dev.heddle.benchmarks.endtoend;

import dev.heddle.benchmarks.traffic.SharedRings;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * What is sent through which routes.
 *
 * @param name as it stands in samples
 * @param work what is done with each packet
 * @param frameBytes Ethernet frame without frame check sequence, as pods have it
 * @param routes routes of the network that lead to the sink or to the other node
 * @param countRoutes whether each route counts its packets
 * @param buffers different frames that the generator sends, each to a random route
 * @param bufferBytes distance between two of them
 * @param rules whose policy has a thousand rules
 * @param isOneFlow whether all frames to a route are of one flow; else each has a source port of
 *     its own
 */
public record Scenario(
    String name,
    Work work,
    int frameBytes,
    int routes,
    boolean countRoutes,
    int buffers,
    int bufferBytes,
    Rules rules,
    boolean isOneFlow) {
  /** Whose packets have to pass rules. */
  public enum Rules {
    NOBODYS,
    GENERATORS,
    OTHER_NETWORKS
  }

  private static final int RING_SLOTS = 1024;
  private static final int BUFFER_BYTES = 2048;
  private static final int MANY_BUFFERS = 128 * 1024;
  private static final int SOURCE_PORT_OFFSET = 34;

  /** Odd, so that each port has its turn before one comes again. */
  private static final int PORT_STEP = 40_503;

  private static final long SEED = 20_260_801;

  public static final Scenario SMALL =
      new Scenario("64B-1route", Work.ROUTE, 64, 1, false, RING_SLOTS, BUFFER_BYTES);
  public static final Scenario LARGE =
      new Scenario("1500B-1route", Work.ROUTE, 1500, 1, false, RING_SLOTS, BUFFER_BYTES);
  public static final Scenario TEN_THOUSAND =
      new Scenario("64B-10k-random", Work.ROUTE, 64, 10_000, false, MANY_BUFFERS / 8, 64);
  public static final Scenario HALF_A_MILLION =
      new Scenario("64B-500k-random-counted", Work.ROUTE, 64, 500_000, true, MANY_BUFFERS, 64);

  public static final Scenario ENCAPSULATION =
      new Scenario("64B-encapsulation", Work.ENCAPSULATE, 64, 1, false, RING_SLOTS, BUFFER_BYTES);
  public static final Scenario DECAPSULATION =
      new Scenario("64B-decapsulation", Work.DECAPSULATE, 64, 1, false, RING_SLOTS, BUFFER_BYTES);

  /** Frames of one flow that a policy lets through. */
  public static final Scenario POLICED =
      new Scenario(
          "64B-1000-rules",
          Work.ROUTE,
          64,
          1,
          false,
          RING_SLOTS,
          BUFFER_BYTES,
          Rules.GENERATORS,
          true);

  /** Frames of as many flows as there are source ports, likewise. */
  public static final Scenario POLICED_MANY_FLOWS =
      new Scenario(
          "64B-1000-rules-64k-flows",
          Work.ROUTE,
          64,
          1,
          false,
          MANY_BUFFERS / 2,
          64,
          Rules.GENERATORS,
          false);

  /** Frames that no policy is asked about, while one is about another network. */
  public static final Scenario OTHER_POLICED =
      new Scenario(
          "64B-1route-other-1000-rules",
          Work.ROUTE,
          64,
          1,
          false,
          RING_SLOTS,
          BUFFER_BYTES,
          Rules.OTHER_NETWORKS,
          true);

  private Scenario(
      String name,
      Work work,
      int frameBytes,
      int routes,
      boolean countRoutes,
      int buffers,
      int bufferBytes) {
    this(name, work, frameBytes, routes, countRoutes, buffers, bufferBytes, Rules.NOBODYS, true);
  }

  /** The generator's frames, in the buffers of an interface. */
  public SharedRings fill() {
    SharedRings rings = new SharedRings(new SharedRings.Shape(10, bufferBytes, buffers));
    for (int buffer = 0; buffer < buffers; buffer++) {
      rings.fill(buffer, frame(buffer));
    }
    return rings;
  }

  /** The frame in a buffer. */
  public byte[] frame(int buffer) {
    int route = new SplittableRandom(SEED + buffer).nextInt(routes);
    byte[] frame = work.frame(route, frameBytes);
    if (!isOneFlow) {
      ByteBuffer.wrap(frame).putShort(SOURCE_PORT_OFFSET, (short) (buffer * PORT_STEP));
    }
    return frame;
  }
}
