package dev.heddle.stage;

import dev.heddle.table.Attachment;
import dev.heddle.wire.Ethernet;

/** Puts the Ethernet header before a reply: from the gateway to the endpoint itself. */
final class ReplyFrame {
  private ReplyFrame() {}

  /**
   * Finishes a reply whose network layer is in place.
   *
   * @param fate of the received packet
   * @param received address of the received packet's network layer
   * @param reply address of the reply's network layer
   * @param bytes of the reply's network layer
   * @return the whole response
   */
  static long finish(
      long fate, long received, long reply, int bytes, int etherType, Attachment to) {
    return finish(fate, received, reply, bytes, etherType, to.podMac(), to.routerMac());
  }

  /** The same to any station. */
  static long finish(
      long fate, long received, long reply, int bytes, int etherType, long toMac, long fromMac) {
    Ethernet.write(reply - Ethernet.HEADER_BYTES, toMac, fromMac, etherType);
    return Response.withReply(fate, (int) (reply - received), bytes + Ethernet.HEADER_BYTES);
  }
}
