package dev.heddle.table;

import dev.heddle.api.Addresses;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Says in words what the outer headers of a tunnel hold. */
public final class TunnelText {
  private static final int FRAME_WORDS = 9;
  private static final int SOURCE4_OFFSET = 14 + 12;
  private static final int SOURCE6_OFFSET = 14 + 8;

  private TunnelText() {}

  /** Its ends, such as "192.0.2.2 from 192.0.2.1". */
  public static String of(long[] tunnels, int tunnel) {
    int at = tunnel * Tunnels.LONGS_PER_TUNNEL;
    byte[] frame = new byte[FRAME_WORDS * Long.BYTES];
    ByteBuffer.wrap(frame)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .put(tunnels, at + Tunnels.FIRST_WORD, FRAME_WORDS);
    boolean ipv6 = Tunnels.isIpv6(tunnels[at]);
    int source = ipv6 ? SOURCE6_OFFSET : SOURCE4_OFFSET;
    int bytes = ipv6 ? 16 : 4;
    String checksums = Tunnels.hasChecksums(tunnels[at]) ? " with checksums" : "";
    return text(frame, source + bytes, bytes) + " from " + text(frame, source, bytes) + checksums;
  }

  private static String text(byte[] frame, int offset, int bytes) {
    return Addresses.format(Arrays.copyOfRange(frame, offset, offset + bytes));
  }
}
