package dev.heddle.worker;

import dev.heddle.api.v1.ServerInfo;
import dev.heddle.benchmarks.pollgap.GapRecorder;
import dev.heddle.compile.TableCompiler;
import dev.heddle.control.ApiDoors;
import dev.heddle.control.ApiServer;
import dev.heddle.control.ControlPlane;
import dev.heddle.control.HeddleService;
import dev.heddle.control.TransactionRoom;
import dev.heddle.control.Watches;
import dev.heddle.control.journal.Journal;
import dev.heddle.daemon.DaemonPorts;
import dev.heddle.daemon.DpdkUplinks;
import dev.heddle.daemon.InterfaceEvents;
import dev.heddle.daemon.InterfaceWatcher;
import dev.heddle.daemon.KeptNeighbours;
import dev.heddle.daemon.KernelPods;
import dev.heddle.daemon.WatchedWorkers;
import dev.heddle.daemon.WorkerRouteMeter;
import dev.heddle.model.Uplink;
import dev.heddle.observe.CountersFile;
import dev.heddle.port.memif.channel.MemifConductor;
import dev.heddle.port.memif.channel.MemifLimits;
import dev.heddle.table.Neighbours;
import dev.heddle.table.RouteStore;
import dev.heddle.underlay.NeighbourService;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Main class: the daemon's own parts, with a spinning worker that records the time from turn to
 * turn. Standard input takes "record" and "stop"; at "stop" it writes what it recorded and ends.
 *
 * <p>It stands in the workers' package to be able to give a worker another idle strategy.
 */
public final class RecordedDaemon {
  private static final int MAX_ENDPOINTS = 1024;
  private static final long TABLE_BYTES = 1L << 30;

  private RecordedDaemon() {}

  /** Arguments: API socket, counters file, core of the worker, file for the record. */
  public static void main(String[] arguments) throws Exception {
    GapRecorder recorder = new GapRecorder();
    CountersFile counters =
        CountersFile.create(
            Path.of(arguments[1]), 1, MAX_ENDPOINTS + Uplink.MAX_UPLINKS, InterfaceEvents.all());
    WorkerGroup workers =
        WorkerGroup.start(List.of(Integer.valueOf(arguments[2])), worker -> recorder, counters);
    MemifConductor conductor =
        MemifConductor.start(workers, MemifLimits.DEFAULTS, "recorded", counters.slots());
    Neighbours neighbourTable = new Neighbours(Arena.global());
    NeighbourService neighbours =
        NeighbourService.start(
            neighbourTable,
            workers.neighbourOutput(),
            workers.neighbourReports(),
            counters.slots());
    Journal journal = Journal.open(Path.of(arguments[0] + ".journal"));
    ControlPlane controlPlane =
        new ControlPlane(
            new TableCompiler(new RouteStore(TABLE_BYTES), neighbourTable),
            new DaemonPorts(
                conductor,
                new DpdkUplinks(workers, 1, List.of(), neighbours::linkUp),
                new KernelPods(workers, counters.slots()),
                counters.slots(),
                InterfaceWatcher.NOBODY),
            workers::publish,
            new KeptNeighbours(neighbours),
            new WorkerRouteMeter(workers),
            totals -> {},
            journal,
            workers.policyLogs(),
            new DryRun(workers.flows()));
    controlPlane.restore();
    ServerInfo self =
        ServerInfo.newBuilder().setPid(ProcessHandle.current().pid()).setWorkers(1).build();
    WatchedWorkers watched = new WatchedWorkers(workers, workers.stallWatch());
    ApiServer.start(
        ApiDoors.at(Path.of(arguments[0])),
        List.of(
            new HeddleService(
                    controlPlane,
                    TransactionRoom.ofThisProcess(),
                    self,
                    watched,
                    new Watches(controlPlane, watched, ""))
                .bindService()));
    obey(recorder);
    recorder.await();
    recorder.write(Path.of(arguments[3]));
    System.exit(0);
  }

  private static void obey(GapRecorder recorder) throws Exception {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      if (line.equals("record")) {
        recorder.record(true);
      } else if (line.equals("stop")) {
        recorder.record(false);
        return;
      }
    }
  }
}
