package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Offload;
import dev.heddle.wire.Ethernet;
import dev.heddle.wire.IpProtocol;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import dev.heddle.wire.Tcp;
import dev.heddle.wire.Udp;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What a kernel pod sends in training and leaves unfinished, or a liar says that it did. */
final class TrainingOffloads {
  /** A frame, and what is left to do of it. */
  record Unfinished(TrainingFrames.Frame frame, long offload) {}

  private static final int[] PACKET_BYTES = {60, 90, 2000, 9500};
  private static final int[] SEGMENT_BYTES = {100, 1000, 8000};
  private static final int MOST_SEGMENTS = 6;
  private static final int[] LIES = {0, 2, 3, 128};
  private static final int DATA_OFFSET = 12;
  private static final int FLAGS = 13;
  private static final byte FIVE_WORDS = 0x50;
  private static final int FLAGS_AND_FRAGMENT = 6;
  private static final int HOST = 10;

  private final TrainingFrames frames;
  private final SplittableRandom random;
  private final List<Unfinished> all = new ArrayList<>();
  private int next;

  TrainingOffloads(TrainingFrames frames, SplittableRandom random) {
    this.frames = frames;
    this.random = random;
    for (int kind = 0; kind < 2 * TrainingTables.TO_COUNTED; kind++) {
      for (int packetBytes : PACKET_BYTES) {
        for (int protocol : new int[] {IpProtocol.TCP, IpProtocol.UDP}) {
          // Each kind of next hop, but also each interface.
          add4(kind, HOST, protocol, packetBytes);
          add4(TrainingTables.TO_ENDPOINT, HOST + kind % HOST, protocol, packetBytes);
          add6(kind, HOST, protocol, packetBytes);
        }
      }
    }
  }

  /** One after the other, so that none is left out. */
  Unfinished next() {
    next = (next + 1) % all.size();
    return all.get(next);
  }

  private void add4(int kind, int host, int protocol, int packetBytes) {
    int destination = TrainingTables.RANGE4 | kind << 8 | host;
    TrainingFrames.Frame frame = frames.ip4(destination, 64, protocol, packetBytes);
    if (random.nextInt(4) == 0) {
      Memory.putShortBe(ip(frame) + FLAGS_AND_FRAGMENT, 0);
      TrainingFrames.repaired4(frame);
    }
    add(frame, Ipv4.HEADER_BYTES, protocol, Offload.GSO_TCP4);
  }

  private void add6(int kind, int host, int protocol, int packetBytes) {
    long low = (long) kind << 16 | host;
    TrainingFrames.Frame frame =
        frames.ip6(TrainingTables.RANGE6, low, 64, protocol, packetBytes + 20);
    add(frame, Ipv6.HEADER_BYTES, protocol, Offload.GSO_TCP6);
  }

  private void add(TrainingFrames.Frame frame, int ipBytes, int protocol, int tcpType) {
    long transport = ip(frame) + ipBytes;
    boolean tcp = protocol == IpProtocol.TCP;
    if (tcp) {
      Memory.putByte(transport + DATA_OFFSET, FIVE_WORDS);
      Memory.putByte(transport + FLAGS, (byte) random.nextInt());
    } else {
      Udp.putLengthBytes(transport, frame.bytes() - Ethernet.HEADER_BYTES - ipBytes);
    }
    int start = Ethernet.HEADER_BYTES + ipBytes;
    int offset = tcp ? Tcp.CHECKSUM : Udp.CHECKSUM;
    int type = tcp ? tcpType : Offload.GSO_UDP;
    int flags = Offload.NEEDS_CHECKSUM;
    if (random.nextInt(8) == 0) {
      start += LIES[random.nextInt(LIES.length)];
      type ^= LIES[random.nextInt(LIES.length)];
      flags ^= random.nextInt(2);
    }
    // A few segments each: more would only take time.
    int least = frame.bytes() / MOST_SEGMENTS;
    int segmentBytes = Math.max(least, SEGMENT_BYTES[random.nextInt(SEGMENT_BYTES.length)]);
    boolean isLarge = frame.bytes() > SEGMENT_BYTES[1] || random.nextInt(4) == 0;
    all.add(
        new Unfinished(
            frame,
            isLarge
                ? Offload.of(segmentBytes, type, flags, start, offset)
                : Offload.of(0, Offload.GSO_NONE, flags, start, offset)));
  }

  private static long ip(TrainingFrames.Frame frame) {
    return frame.address() + Ethernet.HEADER_BYTES;
  }
}
