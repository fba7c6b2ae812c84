package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.table.Attachment;
import java.nio.ByteBuffer;

/** A second, plain opinion on what a well-formed frame is, in byte buffers. */
final class ReplyCheck {
  private static final int ETHERNET_BYTES = 14;

  /** 33:33:00:00:00:01, first byte lowest, to which the router defends its own addresses. */
  private static final long ALL_NODES_MAC = 0x0100_0000_3333L;

  private ReplyCheck() {}

  /** Addresses, lengths and checksums of a reply agree with each other. */
  static void assertSound(byte[] reply, Attachment in) {
    int at = ETHERNET_BYTES;
    if (!in.ipMode()) {
      assertThat(mac(reply, 0)).isIn(in.podMac(), ALL_NODES_MAC);
      assertThat(mac(reply, 6)).isEqualTo(in.routerMac());
      if (u16(reply, 12) == 0x0806) {
        assertThat(reply).hasSize(ETHERNET_BYTES + 28);
        return;
      }
    }
    int bytes = reply.length - at;
    assertThat(bytes).isLessThanOrEqualTo(in.mtuBytes());
    if (reply[at] >> 4 == 4) {
      assertThat(u16(reply, at + 2)).isEqualTo(bytes);
      assertThat(sum(reply, at, 20, 0)).isEqualTo(0xffff);
      assertThat(sum(reply, at + 20, bytes - 20, 0)).isEqualTo(0xffff);
    } else {
      assertThat(u16(reply, at + 4)).isEqualTo(bytes - 40);
      assertThat(sum(reply, at + 8, bytes - 8, bytes - 40 + 58)).isEqualTo(0xffff);
    }
  }

  /** Makes the checksums right again where a mutation left enough of the headers. */
  static void repairChecksums(byte[] frame) {
    if (frame.length < ETHERNET_BYTES + 20) {
      return;
    }
    int at = ETHERNET_BYTES;
    if (u16(frame, 12) == 0x0800) {
      int header = (frame[at] & 0xf) * 4;
      if (header < 20 || at + header > frame.length) {
        return;
      }
      putSum(frame, at + 10, at, header, 0);
      int end = Math.min(frame.length, at + u16(frame, at + 2));
      if (frame[at + 9] == 1 && end >= at + header + 4) {
        putSum(frame, at + header + 2, at + header, end - at - header, 0);
      }
    } else if (u16(frame, 12) == 0x86dd && frame.length >= at + 44 && frame[at + 6] == 58) {
      int payload = Math.min(frame.length - at - 40, u16(frame, at + 4));
      if (payload >= 4) {
        putSum(frame, at + 42, at + 8, payload + 32, payload + 58);
      }
    }
  }

  private static void putSum(byte[] data, int field, int from, int bytes, int start) {
    data[field] = 0;
    data[field + 1] = 0;
    int checksum = ~sum(data, from, bytes, start) & 0xffff;
    ByteBuffer.wrap(data).putShort(field, (short) checksum);
  }

  private static int sum(byte[] data, int from, int bytes, int start) {
    int sum = start;
    for (int i = 0; i < bytes; i++) {
      sum += (data[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
  }

  private static long mac(byte[] data, int at) {
    long mac = 0;
    for (int i = 5; i >= 0; i--) {
      mac = mac << 8 | data[at + i] & 0xff;
    }
    return mac;
  }

  private static int u16(byte[] data, int at) {
    return ByteBuffer.wrap(data).getShort(at) & 0xffff;
  }
}
