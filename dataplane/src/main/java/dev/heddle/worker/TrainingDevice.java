package dev.heddle.worker;

import dev.heddle.ffi.dpdk.LoopbackDevice;
import dev.heddle.packet.Batch;
import dev.heddle.port.Port;
import dev.heddle.port.dpdk.LoopbackDpdkPort;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;

/** An uplink in training that is a device, and the other nodes behind it. */
final class TrainingDevice {
  private static final int BUFFERS = 1024;
  private static final int LONGEST_FRAME_BYTES = 9216;

  private final LoopbackDevice device;
  private final TrainingArrivals frames;
  private final List<TrainingFrames.Frame> plain;
  private final SplittableRandom random;

  TrainingDevice(Arena arena, TrainingArrivals frames, SplittableRandom random) {
    this.device = new LoopbackDevice(arena, BUFFERS, LONGEST_FRAME_BYTES);
    this.frames = frames;
    this.plain = frames.plain();
    this.random = random;
  }

  Port port(int interfaceIndex) {
    return new LoopbackDpdkPort(interfaceIndex, device, LONGEST_FRAME_BYTES);
  }

  /** Gives the worker some packets, or none; takes all that it sends, or not all. */
  void fill() {
    int most = random.nextInt(4) == 0 ? random.nextInt(8) : random.nextInt(Batch.CAPACITY + 40);
    boolean mixed = random.nextBoolean();
    for (int i = 0; i < most && device.hasRoom(); i++) {
      boolean isRare = mixed && random.nextInt(8) == 0;
      TrainingFrames.Frame frame =
          isRare ? frames.nextRare() : plain.get(random.nextInt(plain.size()));
      if (frame.bytes() <= LONGEST_FRAME_BYTES) {
        device.offer(frame.address(), frame.bytes(), !isRare || random.nextInt(4) > 0);
      }
    }
    device.refuse(random.nextInt(8) == 0 ? random.nextInt(Batch.CAPACITY) : 0);
  }
}
