package dev.heddle.benchmarks.machine;

import dev.heddle.ffi.linux.Cpu;

/** Pins threads to cores. */
public final class Cores {
  /** The core of generator, sink and everything that is not under test. */
  public static final int HARNESS = 0;

  /** The core that the system under test has to itself. */
  public static final int TESTED = 1;

  private Cores() {}

  /** Starts a thread on a core. */
  public static Thread start(int core, String name, Runnable task) {
    return Thread.ofPlatform()
        .name(name)
        .daemon()
        .start(() -> {
          Cpu.pinTo(core);
          task.run();
        });
  }
}
