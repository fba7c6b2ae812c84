package dev.heddle.daemon;

import dev.heddle.control.ApiDoors;
import dev.heddle.worker.IdleMode;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What a daemon is told at its start.
 *
 * @param doors where the control interface is served, and to whom
 * @param countersFile the memory-mapped counters
 * @param journal what was acknowledged, for the next run
 * @param processors one entry a worker: the processor it is pinned to, or -1
 * @param idle what workers do when there is nothing to do
 * @param tableMemoryBytes the most that lookup tables may take
 * @param maxEndpoints how many endpoints there may be
 * @param metrics where metrics are served; null: nowhere
 * @param dpdkArguments what DPDK is started with; empty: what suits the machine
 */
public record DaemonSettings(
    ApiDoors doors,
    Path countersFile,
    Path journal,
    List<Integer> processors,
    IdleMode idle,
    long tableMemoryBytes,
    int maxEndpoints,
    InetSocketAddress metrics,
    List<String> dpdkArguments) {
  public DaemonSettings {
    processors = List.copyOf(processors);
    dpdkArguments = List.copyOf(dpdkArguments);
  }
}
