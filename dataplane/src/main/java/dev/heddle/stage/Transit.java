package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import dev.heddle.packet.FrameCopy;
import dev.heddle.packet.TxWindow;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;

/**
 * Forwards plain transit packets: each word of a header is loaded once from the sender's memory
 * into a register, checked, rewritten and stored in the receiver's buffer; the payload is copied
 * behind it. Forwarded packets have their lengths trimmed to what the IP header says.
 *
 * <p>IPv4 and IPv6 have a loop each. A loop with both would need more values at a time than the
 * processor has registers, and both kinds would pay for it.
 */
public final class Transit {
  private static final int ETHERTYPE_IP4_AT_32 = 0x0008;
  private static final int ETHERTYPE_IP6_AT_32 = 0xdd86;
  private static final long UPPER_HALF = 0xffff_ffff_0000_0000L;

  private Transit() {}

  /**
   * Forwards packets one after the other, up to the first that is not plain IPv4 or does not fit
   * the next hop's MTU or one buffer.
   *
   * @param from place in the batch of the first packet
   * @param to behind the last one; the window has room for all of them
   * @param in where the batch came from
   * @param hops the table of next hops
   * @param window buffers of the packets' egress interface
   * @return place of the first packet that was not forwarded; {@code to} if all were
   */
  public static int forward4(
      Batch batch, int from, int to, Attachment in, long[] hops, TxWindow window) {
    long[] frames = batch.header;
    int[] lengths = batch.lengthBytes;
    long[] destinations = batch.destinationBytes4;
    int[] places = batch.hop;
    long[] buffers = window.buffer;
    int ahead = window.first - from;
    int capacity = window.capacityBytes;
    boolean withoutEthernet = window.ipMode;
    boolean ipMode = in.ipMode();
    long routerMac = in.routerMac();
    long address4 = in.address4() & 0xffff_ffffL;
    if (address4 == 0) {
      return from;
    }
    int unfinished = 0;
    int i = from;
    for (; i < to; i++) {
      long frame = frames[i];
      long w0 = ipMode ? routerMac : Memory.getLong(frame);
      long w1 = ipMode ? ipModeW1(frame) : Memory.getLong(frame + 8);
      long w2 = Memory.getLong(frame + 16);
      long w3 = Memory.getLong(frame + 24);
      long w4 = Memory.getLong(frame + 32);
      int at = places[i];
      int bytes = Ip4Fast.frameBytes(w2);
      if (bytes > lengths[i]
          || bytes > capacity
          || bytes > NextHops.maxFrameBytes(hops[at + 2])
          || !Ip4Fast.isPlain(w0, w1, w2, w3, w4, routerMac, address4, destinations[i])) {
        break;
      }
      long buffer = buffers[ahead + i];
      writeMacs(buffer, hops, at, w1, withoutEthernet);
      Memory.putLong(buffer + 16, Ip4Fast.forwardedW2(w2));
      Memory.putLong(buffer + 24, Ip4Fast.forwardedW3(w3));
      Memory.putLong(buffer + 32, w4);
      if (bytes >= Batch.HEADER_BYTES) {
        Memory.putLong(buffer + 40, Memory.getLong(frame + 40));
        Memory.putLong(buffer + 48, Memory.getLong(frame + 48));
        Memory.putLong(buffer + 56, Memory.getLong(frame + 56));
      }
      lengths[i] = bytes;
      unfinished |= bytes ^ Batch.HEADER_BYTES;
    }
    if (unfinished != 0) {
      FrameCopy.finish(batch, from, i, window, 40);
    }
    return i;
  }

  /** The same for plain IPv6. */
  public static int forward6(
      Batch batch, int from, int to, Attachment in, long[] hops, TxWindow window) {
    if ((in.address6High() | in.address6Low()) == 0) {
      return from;
    }
    boolean ipMode = in.ipMode();
    long routerMac = in.routerMac();
    int ahead = window.first - from;
    int i = from;
    for (; i < to; i++) {
      long frame = batch.header[i];
      long w0 = ipMode ? routerMac : Memory.getLong(frame);
      long w1 = ipMode ? ipModeW1(frame) : Memory.getLong(frame + 8);
      long w2 = Memory.getLong(frame + 16);
      long w3 = Memory.getLong(frame + 24);
      long w4 = Memory.getLong(frame + 32);
      long w5 = Memory.getLong(frame + 40);
      long w6 = Memory.getLong(frame + 48);
      long other =
          Ip6Fast.destinationHigh(w4, w5) ^ batch.destination6High[i]
              | Ip6Fast.destinationLow(w5, w6) ^ batch.destination6Low[i];
      int at = batch.hop[i];
      int bytes = Ip6Fast.frameBytes(w2);
      if (bytes > batch.lengthBytes[i]
          || bytes > window.capacityBytes
          || bytes > NextHops.maxFrameBytes(hops[at + 2])
          || !Ip6Fast.isPlain(w0, w1, w2, w3, w4, in, other)) {
        break;
      }
      long buffer = window.buffer[ahead + i];
      writeMacs(buffer, hops, at, w1, window.ipMode);
      Memory.putLong(buffer + 16, Ip6Fast.forwardedW2(w2));
      Memory.putLong(buffer + 24, w3);
      Memory.putLong(buffer + 32, w4);
      Memory.putLong(buffer + 40, w5);
      Memory.putLong(buffer + 48, w6);
      if (bytes >= Batch.HEADER_BYTES) {
        Memory.putLong(buffer + 56, Memory.getLong(frame + 56));
      }
      batch.lengthBytes[i] = bytes;
    }
    FrameCopy.finish(batch, from, i, window, 56);
    return i;
  }

  /** The next hop's Ethernet header, and what follows it in the same word. */
  static void writeMacs(long buffer, long[] hops, int at, long w1, boolean withoutEthernet) {
    if (withoutEthernet) {
      Memory.putShort(buffer + Batch.ETHERNET_BYTES, (short) (w1 >>> 48));
    } else {
      Memory.putLong(buffer, hops[at]);
      Memory.putLong(buffer + 8, hops[at + 1] | w1 & UPPER_HALF);
    }
  }

  /** The word that the Ethernet header's end and the IP header's beginning would make. */
  static long ipModeW1(long frame) {
    long firstTwo = Memory.getShort(frame + Batch.ETHERNET_BYTES) & 0xffffL;
    boolean version6 = (firstTwo & 0xf0) == 0x60;
    return firstTwo << 48 | (long) (version6 ? ETHERTYPE_IP6_AT_32 : ETHERTYPE_IP4_AT_32) << 32;
  }
}
