package dev.heddle.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.packet.Offload;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A large packet of any shape that a kernel may leave to be cut, in plain byte arrays, and what its
 * segments must say: the slow and obvious way.
 */
final class RandomPacket {
  private static final int ETHERNET_BYTES = 14;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int MAX_PACKET_BYTES = 65_535;
  private static final int FIN_AND_PSH = 0x09;
  private static final int CWR = 0x80;
  private static final int FLAGS = 13;

  private final SplittableRandom random;
  private final boolean six;
  private final boolean udp;
  private final int start;
  private final int headerBytes;
  private final int segmentBytes;
  private final byte[] payload;
  private final byte[] frame;

  RandomPacket(SplittableRandom random, boolean six, boolean udp) {
    this.random = random;
    this.six = six;
    this.udp = udp;
    start = ETHERNET_BYTES + (six ? 40 : 20 + 4 * random.nextInt(11));
    headerBytes = start + (udp ? 8 : 20 + 4 * random.nextInt(11));
    segmentBytes = 8 + random.nextInt(random.nextBoolean() ? 100 : 9000);
    int room = MAX_PACKET_BYTES - headerBytes + ETHERNET_BYTES;
    int segments = 2 + random.nextInt(12);
    int bytes = Math.min(room, 1 + (segments - 1) * segmentBytes + random.nextInt(segmentBytes));
    payload = new byte[Math.max(bytes, segmentBytes + 1)];
    random.nextBytes(payload);
    frame = make();
  }

  private byte[] make() {
    byte[] made = new byte[headerBytes + payload.length];
    random.nextBytes(made);
    int ipBytes = made.length - ETHERNET_BYTES;
    ByteBuffer ip = ByteBuffer.wrap(made, ETHERNET_BYTES, ipBytes).slice();
    if (six) {
      ip.put(0, (byte) 0x60).putShort(4, (short) (ipBytes - 40)).put(6, (byte) protocol());
    } else {
      int ihl = (start - ETHERNET_BYTES) / 4;
      ip.put(0, (byte) (0x40 | ihl)).putShort(2, (short) ipBytes);
      ip.putShort(6, (short) (random.nextBoolean() ? 0x4000 : 0)).put(9, (byte) protocol());
    }
    int upper = start - ETHERNET_BYTES;
    if (udp) {
      ip.putShort(upper + 4, (short) (ipBytes - upper));
    } else {
      ip.put(upper + 12, (byte) ((headerBytes - start) / 4 << 4));
    }
    System.arraycopy(payload, 0, made, headerBytes, payload.length);
    return made;
  }

  private int protocol() {
    return udp ? UDP : TCP;
  }

  byte[] frame() {
    return frame;
  }

  long offload() {
    int tcp = six ? Offload.GSO_TCP6 : Offload.GSO_TCP4;
    int type = udp ? Offload.GSO_UDP : tcp;
    return Offload.of(segmentBytes, type, Offload.NEEDS_CHECKSUM, start, udp ? 6 : 16);
  }

  byte[] payload() {
    return payload;
  }

  int headerBytes() {
    return headerBytes;
  }

  int segmentBytes() {
    return segmentBytes;
  }

  /** Takes what differs between segment and packet out of both, and compares the rest. */
  void assertHeaderOf(byte[] segment, int from, boolean last) {
    byte[] head = Arrays.copyOf(segment, headerBytes);
    byte[] original = Arrays.copyOf(frame, headerBytes);
    ByteBuffer mine = ByteBuffer.wrap(head);
    ByteBuffer whole = ByteBuffer.wrap(original);
    int ipBytes = segment.length - ETHERNET_BYTES;
    if (six) {
      assertThat(word(mine, ETHERNET_BYTES + 4)).isEqualTo(ipBytes - 40);
      whole.putShort(ETHERNET_BYTES + 4, (short) (ipBytes - 40));
    } else {
      int number = from / segmentBytes;
      whole.putShort(ETHERNET_BYTES + 2, (short) ipBytes);
      whole.putShort(ETHERNET_BYTES + 4, (short) (word(whole, ETHERNET_BYTES + 4) + number));
      whole.putShort(ETHERNET_BYTES + 10, (short) 0);
      whole.putShort(ETHERNET_BYTES + 10, (short) ~sum(original, ETHERNET_BYTES, start, 0));
    }
    if (udp) {
      whole.putShort(start + 4, (short) (segment.length - start));
    } else {
      whole.putInt(start + 4, whole.getInt(start + 4) + from);
      int kept = (last ? 0xff : ~FIN_AND_PSH) & (from == 0 ? 0xff : ~CWR);
      original[start + FLAGS] &= (byte) kept;
    }
    assertChecksum(segment);
    int checksum = start + (udp ? 6 : 16);
    whole.putShort(checksum, mine.getShort(checksum));
    assertThat(head).isEqualTo(original);
  }

  private void assertChecksum(byte[] segment) {
    int addresses = ETHERNET_BYTES + (six ? 8 : 12);
    int addressBytes = six ? 32 : 8;
    int pseudo = protocol() + segment.length - start;
    int sum = sum(segment, addresses, addresses + addressBytes, pseudo);
    assertThat(sum(segment, start, segment.length, sum)).isEqualTo(0xffff);
  }

  private static int word(ByteBuffer bytes, int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }

  /** Ones' complement sum, a byte at a time. */
  private static int sum(byte[] bytes, int from, int to, int start) {
    int sum = start;
    for (int i = from; i < to; i++) {
      sum += (bytes[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }
}
