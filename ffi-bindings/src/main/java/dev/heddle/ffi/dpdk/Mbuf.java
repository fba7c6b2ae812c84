package dev.heddle.ffi.dpdk;

import dev.heddle.ffi.dpdk.generated.rte_mbuf;
import dev.heddle.memory.Memory;

/**
 * DPDK's descriptor of a packet buffer ({@code struct rte_mbuf}), by its address. The buffer itself
 * lies behind it.
 */
public final class Mbuf {
  private static final long BUF_ADDR = rte_mbuf.buf_addr$offset();
  private static final long DATA_OFF = rte_mbuf.data_off$offset();
  private static final long REFCNT = rte_mbuf.refcnt$offset();
  private static final long NB_SEGS = rte_mbuf.nb_segs$offset();
  private static final long OL_FLAGS = rte_mbuf.ol_flags$offset();
  private static final long PKT_LEN = rte_mbuf.pkt_len$offset();
  private static final long DATA_LEN = rte_mbuf.data_len$offset();

  /**
   * The fields from data_off on that DPDK sets anew together: no offset yet, one reference, one
   * segment, no port.
   */
  private static final long REARM =
      1L << 8 * (REFCNT - DATA_OFF) | 1L << 8 * (NB_SEGS - DATA_OFF) | 0xffffL << 48;

  private Mbuf() {}

  /** Address of the packet's first byte. */
  public static long data(long mbuf) {
    return Memory.getLong(mbuf + BUF_ADDR) + Short.toUnsignedInt(Memory.getShort(mbuf + DATA_OFF));
  }

  /** Bytes of the packet in all its segments. */
  public static int packetBytes(long mbuf) {
    return Memory.getInt(mbuf + PKT_LEN);
  }

  /** Whether the packet is in this buffer alone. */
  public static boolean isWhole(long mbuf) {
    return Memory.getShort(mbuf + NB_SEGS) == 1;
  }

  /** Address for the first byte of a packet that is to be sent from a free buffer. */
  public static long writeAddress(long mbuf) {
    return Memory.getLong(mbuf + BUF_ADDR) + Mempool.HEADROOM_BYTES;
  }

  /**
   * Describes the packet that was written to {@link #writeAddress} of a free buffer, as {@code
   * rte_pktmbuf_alloc} and {@code rte_pktmbuf_append} do.
   */
  public static void describe(long mbuf, int packetBytes) {
    Memory.putLong(mbuf + DATA_OFF, REARM | Mempool.HEADROOM_BYTES);
    Memory.putLong(mbuf + OL_FLAGS, 0);
    Memory.putInt(mbuf + PKT_LEN, packetBytes);
    Memory.putShort(mbuf + DATA_LEN, (short) packetBytes);
  }
}
