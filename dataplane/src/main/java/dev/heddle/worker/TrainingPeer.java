package dev.heddle.worker;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import dev.heddle.port.loopback.LoopbackLink;
import dev.heddle.port.memif.RingLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** A peer in training: sends plain packets mostly, and now and then whatever a peer may send. */
final class TrainingPeer {
  private static final int BYTES_TO_SPOIL = 140;
  private static final long BEYOND_REGION = 0xffff_ff00L;

  /** Descriptors that no honest peer writes. */
  private static final long[] BAD_LOW = {
    RingLayout.descriptorLow(0, 7, 60),
    RingLayout.descriptorLow(0, 0, 0),
    RingLayout.descriptorLow(0, 0, 20_000),
    RingLayout.descriptorLow(0, 0, -1),
    RingLayout.descriptorLow(RingLayout.FLAG_NEXT, 7, 60),
    RingLayout.descriptorLow(2, 0, 60),
    RingLayout.descriptorLow(0, 0, 60),
    RingLayout.descriptorLow(RingLayout.FLAG_NEXT, 0, 60),
  };

  private final LoopbackLink link;
  private final TrainingFrames.Frame toJumping;
  private final List<TrainingFrames.Frame> plain;
  private final Supplier<TrainingFrames.Frame> rare;
  private final SplittableRandom random;
  private final boolean drains;

  TrainingPeer(LoopbackLink link, TrainingFrames frames, SplittableRandom random) {
    this(link, frames.toJumping(), frames.plain(), frames::nextRare, random, true);
  }

  private TrainingPeer(
      LoopbackLink link,
      TrainingFrames.Frame toJumping,
      List<TrainingFrames.Frame> plain,
      Supplier<TrainingFrames.Frame> rare,
      SplittableRandom random,
      boolean drains) {
    this.link = link;
    this.toJumping = toJumping;
    this.plain = plain;
    this.rare = rare;
    this.random = random;
    this.drains = drains;
  }

  /** A peer that never takes a packet. */
  static TrainingPeer stuck(LoopbackLink link, TrainingFrames frames, SplittableRandom random) {
    return new TrainingPeer(
        link, frames.toJumping(), frames.plain(), frames::nextRare, random, false);
  }

  /** A peer on an uplink. */
  static TrainingPeer uplink(LoopbackLink link, TrainingArrivals frames, SplittableRandom random) {
    List<TrainingFrames.Frame> plain = frames.plain();
    return new TrainingPeer(link, plain.getFirst(), plain, frames::nextRare, random, true);
  }

  /** A peer on an uplink that leads outside, where there may be all that any uplink meets. */
  static TrainingPeer outside(
      LoopbackLink link, TrainingFrames frames, TrainingArrivals others, SplittableRandom random) {
    List<TrainingFrames.Frame> plain = frames.plain();
    return new TrainingPeer(
        link,
        plain.getFirst(),
        plain,
        () -> random.nextInt(4) == 0 ? others.nextRare() : frames.nextRare(),
        random,
        true);
  }

  LoopbackLink link() {
    return link;
  }

  /**
   * Gives the worker some packets, or none.
   *
   * @param oneRareIn how many packets one is rare of, where there are rare ones between
   */
  void fill(int oneRareIn) {
    int most = random.nextInt(4) == 0 ? random.nextInt(8) : random.nextInt(Batch.CAPACITY + 40);
    int first = random.nextInt(plain.size());
    int step = random.nextInt(2);
    boolean mixed = random.nextBoolean();
    for (int i = 0; i < most && link.room() > 0; i++) {
      if (mixed && random.nextInt(oneRareIn) == 0) {
        fillRare();
      } else {
        put(plain.get((first + i * step) % plain.size()), false);
      }
    }
    if (random.nextInt(16) == 0 && link.room() > 0) {
      link.fill(RingLayout.FLAG_NEXT, 60);
    }
    link.wantInterrupt(random.nextInt(8) == 0);
    link.publishSent();
  }

  /** Sends to the peer that breaks the protocol. */
  void fillForJumping() {
    if (link.room() > 0) {
      put(toJumping, false);
      link.publishSent();
    }
  }

  private void fillRare() {
    if (random.nextInt(8) == 0) {
      link.fillRaw(random(BAD_LOW), random.nextInt(3) == 0 ? BEYOND_REGION : 0);
    } else {
      put(rare.get(), random.nextInt(3) == 0);
    }
  }

  /** Sends a frame in as many buffers as it needs, unless there are too few. */
  private void put(TrainingFrames.Frame frame, boolean spoilt) {
    int shift = link.ipMode() ? Batch.ETHERNET_BYTES : 0;
    long from = frame.address() + shift;
    int left = frame.bytes() - shift;
    if (left > (long) link.room() * link.bufferBytes()) {
      return;
    }
    while (left > 0) {
      int bytes = Math.min(left, link.bufferBytes());
      long buffer = link.nextBuffer();
      Memory.copy(from, buffer, bytes);
      from += bytes;
      left -= bytes;
      if (spoilt) {
        bytes = spoil(buffer, shift, bytes);
      }
      link.fill(left > 0 ? RingLayout.FLAG_NEXT : 0, bytes);
    }
  }

  /** Changes or cuts the packet, and then often makes its IPv4 checksum right again. */
  private int spoil(long buffer, int shift, int bytes) {
    int at = random.nextInt(Math.min(bytes, BYTES_TO_SPOIL));
    Memory.putByte(
        buffer + at, (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(8)));
    if (random.nextBoolean() && bytes > BYTES_TO_SPOIL) {
      TrainingFrames.repaired4(new TrainingFrames.Frame(buffer - shift, bytes));
    }
    return random.nextInt(4) == 0 ? 1 + random.nextInt(bytes) : bytes;
  }

  /** Takes what the worker sent; now and then too late, or giving bad buffers back. */
  void drain() {
    if (!drains || random.nextInt(8) == 0) {
      return;
    }
    boolean bad = link.server() && random.nextInt(4) == 0;
    while (link.pending() > 0) {
      if (bad && random.nextInt(8) == 0) {
        link.collectRaw(random(BAD_LOW), random.nextInt(3) == 0 ? BEYOND_REGION : 0);
      } else {
        link.collect();
      }
    }
  }

  private long random(long[] values) {
    return values[random.nextInt(values.length)];
  }
}
