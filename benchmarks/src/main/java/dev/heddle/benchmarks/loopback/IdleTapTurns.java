package dev.heddle.benchmarks.loopback;

import dev.heddle.benchmarks.endtoend.Scenario;
import dev.heddle.benchmarks.machine.Cores;
import dev.heddle.ffi.linux.Cpu;
import dev.heddle.ffi.linux.NetworkNamespace;
import dev.heddle.ffi.linux.Tun;
import dev.heddle.port.tap.TapPort;
import dev.heddle.worker.LoopbackWorker;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Main class: three workers between loopback rings, and beside those no taps, ten, and a thousand,
 * all up and without traffic. They turn one after the other for short times. Prints a line for each
 * and run: number of taps, nanoseconds of the worker's own a packet, nanoseconds a turn when
 * nothing comes.
 */
public final class IdleTapTurns {
  private static final int RUNS = 7;
  private static final int MOST_TAPS = 1000;
  private static final int[] TAPS = {0, 10, MOST_TAPS};
  private static final int WARM_UP_SLICES = 50;
  private static final int SLICES = 20;
  private static final long SLICE_NS = 20_000_000;
  private static final int IDLE_TURNS = 20_000;
  private static final String HOLD =
      "echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6; echo ready; exec cat";

  private final int taps;
  private final LoopbackWorker worker;
  private long packets;
  private long workNs;
  private long idleNs;

  private IdleTapTurns(Path directory, List<Tun> present, int taps) throws IOException {
    this.taps = taps;
    worker =
        new LoopbackWorker(
            Files.createDirectory(directory.resolve("beside" + taps)),
            Scenario.SMALL,
            LoopbackWorker.INTERFACES + MOST_TAPS);
    for (int i = 0; i < taps; i++) {
      worker.attach(new TapPort(LoopbackWorker.INTERFACES + i, present.get(i), () -> {}));
    }
  }

  /** The argument is a directory for the counters files. */
  public static void main(String[] arguments) throws Exception {
    Process pod = new ProcessBuilder("unshare", "--net", "sh", "-c", HOLD).start();
    List<Tun> present = new ArrayList<>();
    try {
      pod.inputReader().readLine();
      createTaps(NetworkNamespace.ofProcess(pod.pid()), present);
      Cpu.pinTo(Cores.TESTED);
      List<IdleTapTurns> all = new ArrayList<>();
      for (int taps : TAPS) {
        all.add(new IdleTapTurns(Path.of(arguments[0]), present, taps));
      }
      run(all, WARM_UP_SLICES);
      for (int run = 0; run < RUNS; run++) {
        run(all, SLICES);
        all.forEach(IdleTapTurns::print);
      }
    } finally {
      present.forEach(Tun::close);
      pod.destroyForcibly();
    }
  }

  private static void createTaps(Path namespace, List<Tun> present)
      throws IOException, InterruptedException {
    StringBuilder up = new StringBuilder();
    for (int i = 0; i < MOST_TAPS; i++) {
      String name = "idle" + i;
      Tun tap = NetworkNamespace.call(namespace, () -> Tun.create(name, 1));
      // The namespace's end takes them all at once, which is much faster.
      tap.keep(true);
      present.add(tap);
      up.append("link set ").append(name).append(" up\n");
    }
    Process ip = new ProcessBuilder("nsenter", "--net=" + namespace, "ip", "-batch", "-").start();
    try (Writer commands = ip.outputWriter()) {
      commands.append(up);
    }
    if (ip.waitFor() != 0) {
      throw new IllegalStateException("ip: " + ip.errorReader().readLine());
    }
  }

  private static void run(List<IdleTapTurns> all, int slices) {
    all.forEach(IdleTapTurns::reset);
    for (int slice = 0; slice < slices; slice++) {
      all.forEach(IdleTapTurns::turn);
    }
  }

  private void reset() {
    packets = 0;
    workNs = 0;
    idleNs = 0;
  }

  private void turn() {
    long untilNs = workNs + SLICE_NS;
    while (workNs < untilNs) {
      worker.fill();
      long begin = System.nanoTime();
      packets += worker.turnAlone();
      workNs += System.nanoTime() - begin;
    }
    while (worker.turnAlone() > 0) {
      // Until nothing waits.
    }
    long begin = System.nanoTime();
    for (int i = 0; i < IDLE_TURNS; i++) {
      worker.turnAlone();
    }
    idleNs += System.nanoTime() - begin;
  }

  private void print() {
    double perTurnNs = (double) idleNs / (SLICES * IDLE_TURNS);
    System.out.println(taps + "," + (double) workNs / packets + "," + perTurnNs);
  }
}
