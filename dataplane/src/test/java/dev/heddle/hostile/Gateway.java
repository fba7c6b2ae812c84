package dev.heddle.hostile;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** What a pod does first: asks by ARP (RFC 826) for its gateway's Ethernet address. */
final class Gateway {
  private static final int GATEWAY_IP = 0xac13_0001;
  private static final int SENDER_MAC_OFFSET = 22;

  private Gateway() {}

  static byte[] resolve(Pod pod, Frames.Address own) {
    ByteBuffer request = ByteBuffer.allocate(Frames.MIN_BYTES);
    request.put(new byte[] {-1, -1, -1, -1, -1, -1}).put(own.mac()).putShort((short) 0x0806);
    request.putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4);
    request.putShort((short) 1).put(own.mac()).putInt(own.ip());
    request.position(request.position() + 6).putInt(GATEWAY_IP);
    pod.awaitSend(request.array());
    return Arrays.copyOfRange(pod.awaitFrame(), SENDER_MAC_OFFSET, SENDER_MAC_OFFSET + 6);
  }
}
