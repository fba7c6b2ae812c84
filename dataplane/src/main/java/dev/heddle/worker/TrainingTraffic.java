package dev.heddle.worker;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** All frames that a worker meets in training: those of pods and those of uplinks. */
final class TrainingTraffic {
  private final List<TrainingFrames> pods = new ArrayList<>();
  private final TrainingArrivals arrivals;
  private final TrainingFrames outside;
  private final TrainingOffloads unfinished;

  /**
   * @param arena must outlive every use
   */
  TrainingTraffic(Arena arena, TrainingTables tables, SplittableRandom random) {
    for (int i = 0; i < TrainingTables.SENDERS; i++) {
      pods.add(new TrainingFrames(arena, tables, random, i));
    }
    unfinished = new TrainingOffloads(pods.get(TrainingTables.KERNEL), random);
    TrainingFrames inner = new TrainingFrames(arena, tables, random, TrainingTables.REMOTE);
    outside = new TrainingFrames(arena, tables, random, TrainingTables.OUTSIDE);
    arrivals = new TrainingArrivals(arena, tables, random, inner);
  }

  TrainingFrames pod(int interfaceIndex) {
    return pods.get(interfaceIndex);
  }

  /** What a kernel pod leaves unfinished. */
  TrainingOffloads unfinished() {
    return unfinished;
  }

  /** What comes from the outside of a network. */
  TrainingFrames outside() {
    return outside;
  }

  TrainingArrivals uplink() {
    return arrivals;
  }
}
