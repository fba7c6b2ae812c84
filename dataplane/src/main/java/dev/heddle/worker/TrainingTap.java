package dev.heddle.worker;

import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.SeqpacketSocket;
import dev.heddle.ffi.linux.Tun;
import dev.heddle.ffi.linux.TunPackets;
import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import dev.heddle.packet.Offload;
import dev.heddle.port.Port;
import dev.heddle.port.tap.TapPort;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/** A kernel pod in training: a pair of sockets, which carry packets as a tap does. */
final class TrainingTap implements AutoCloseable {
  private static final int MOST_PACKETS = 16;
  private static final int HEADER_BYTES = 10;
  private static final int ROOM_BYTES = HEADER_BYTES + Batch.OFFLOAD_FRAME_BYTES + 64;
  private static final int TYPE = 1;
  private static final int SEGMENT_BYTES = 4;
  private static final int START = 6;
  private static final int OFFSET = 8;
  private static final int NONE = -1;

  private final SeqpacketSocket[] ends = SeqpacketSocket.pair();
  private final int lost = openLost();
  private final TunPackets packets = new TunPackets();
  private final TrainingFrames complete;
  private final TrainingOffloads unfinished;
  private final SplittableRandom random;
  private final long header;
  private final long received;

  TrainingTap(
      Arena arena, TrainingFrames complete, TrainingOffloads unfinished, SplittableRandom random) {
    this.complete = complete;
    this.unfinished = unfinished;
    this.random = random;
    header = arena.allocate(16, 8).address();
    received = arena.allocate(ROOM_BYTES, 64).address();
  }

  Port port(int interfaceIndex) {
    return new TapPort(interfaceIndex, new int[] {ends[0].fd()}, () -> {});
  }

  /** A port whose device is gone; null where the kernel has no taps, so that none can go. */
  Port lostPort(int interfaceIndex) {
    return lost == NONE ? null : new TapPort(interfaceIndex, new int[] {lost}, () -> {});
  }

  private static int openLost() {
    try {
      return Tun.openWithoutDevice();
    } catch (LinuxException e) {
      return NONE;
    }
  }

  /** Gives the worker some packets, or none; as many as fit. */
  void fill() {
    int most = random.nextInt(4) == 0 ? 0 : random.nextInt(MOST_PACKETS);
    boolean onlyComplete = random.nextInt(4) == 0;
    for (int i = 0; i < most; i++) {
      if (onlyComplete || random.nextInt(4) == 0) {
        boolean isRare = random.nextInt(8) == 0;
        put(
            isRare
                ? complete.nextRare()
                : complete.plain().get(random.nextInt(complete.plain().size())),
            Offload.NONE);
      } else {
        TrainingOffloads.Unfinished next = unfinished.next();
        // Many of these are too long to be complete.
        put(next.frame(), random.nextInt(16) == 0 ? Offload.NONE : next.offload());
      }
    }
  }

  private void put(TrainingFrames.Frame frame, long offload) {
    Memory.putByte(header, (byte) Offload.flags(offload));
    Memory.putByte(header + TYPE, (byte) Offload.gsoType(offload));
    Memory.putShort(header + SEGMENT_BYTES, (short) Offload.segmentBytes(offload));
    Memory.putShort(header + START, (short) Offload.checksumStart(offload));
    Memory.putShort(header + OFFSET, (short) Offload.checksumOffset(offload));
    packets.write(ends[1].fd(), header, frame.address(), frame.bytes());
  }

  /** Takes all that the worker sent; now and then too late. */
  void drain() {
    if (random.nextInt(8) > 0) {
      while (packets.read(ends[1].fd(), received, ROOM_BYTES) > 0) {
        // Nobody looks at it.
      }
    }
  }

  @Override
  public void close() {
    ends[0].close();
    ends[1].close();
    if (lost != NONE) {
      FileDescriptors.close(lost);
    }
  }
}
