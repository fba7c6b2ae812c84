package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import dev.heddle.packet.FrameCopy;
import dev.heddle.packet.TxWindow;
import dev.heddle.table.NextHops;

/**
 * {@link Transit} of packets that came out of a tunnel: instead of the endpoint's own address, a
 * packet must have the source that {@link ReversePath} looked at. Loops of their own, so that
 * neither kind pays for the other.
 */
public final class TunnelTransit {
  private TunnelTransit() {}

  /**
   * Forwards packets one after the other, up to the first that is not plain IPv4 or does not fit
   * the next hop's MTU or one buffer.
   *
   * @param from place in the batch of the first packet
   * @param to behind the last one; the window has room for all of them
   * @param routerMac what the frames must be addressed to
   * @param hops the table of next hops
   * @param window buffers of the packets' egress interface
   * @return place of the first packet that was not forwarded; {@code to} if all were
   */
  public static int forward4(
      Batch batch, int from, int to, long routerMac, long[] hops, TxWindow window) {
    long[] frames = batch.header;
    int[] lengths = batch.lengthBytes;
    long[] sources = batch.sourceLow;
    long[] destinations = batch.destinationBytes4;
    int[] places = batch.hop;
    long[] buffers = window.buffer;
    int ahead = window.first - from;
    int capacity = window.capacityBytes;
    boolean withoutEthernet = window.ipMode;
    int unfinished = 0;
    int i = from;
    for (; i < to; i++) {
      long frame = frames[i];
      long w0 = Memory.getLong(frame);
      long w1 = Memory.getLong(frame + 8);
      long w2 = Memory.getLong(frame + 16);
      long w3 = Memory.getLong(frame + 24);
      long w4 = Memory.getLong(frame + 32);
      int at = places[i];
      int bytes = Ip4Fast.frameBytes(w2);
      long source = sources[i];
      long destination = destinations[i];
      if (bytes > lengths[i]
          || bytes > capacity
          || bytes > NextHops.maxFrameBytes(hops[at + 2])
          || !Ip4Fast.isPlain(w0, w1, w2, w3, w4, routerMac, source, destination)) {
        break;
      }
      long buffer = buffers[ahead + i];
      Transit.writeMacs(buffer, hops, at, w1, withoutEthernet);
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
      Batch batch, int from, int to, long routerMac, long[] hops, TxWindow window) {
    int ahead = window.first - from;
    int i = from;
    for (; i < to; i++) {
      long frame = batch.header[i];
      long w0 = Memory.getLong(frame);
      long w1 = Memory.getLong(frame + 8);
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
      long high = batch.sourceHigh[i];
      long low = batch.sourceLow[i];
      if (bytes > batch.lengthBytes[i]
          || bytes > window.capacityBytes
          || bytes > NextHops.maxFrameBytes(hops[at + 2])
          || !Ip6Fast.isPlain(w0, w1, w2, w3, w4, routerMac, high, low, other)) {
        break;
      }
      long buffer = window.buffer[ahead + i];
      Transit.writeMacs(buffer, hops, at, w1, window.ipMode);
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
}
