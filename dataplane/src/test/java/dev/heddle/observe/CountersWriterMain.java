package dev.heddle.observe;

import dev.heddle.port.memif.channel.MemifEvents;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A process that counts until it is killed. It starts a new interface in each turn, whose name and
 * network end in the turn's number and whose counters are multiples of it. A line on its standard
 * input makes it rest, which it says on its standard output.
 */
final class CountersWriterMain {
  static final int INTERFACES = 8;
  static final int PACKETS_PER_TURN = 1_000;

  private CountersWriterMain() {}

  public static void main(String[] arguments) throws IOException {
    CountersFile counters =
        CountersFile.create(Path.of(arguments[0]), 1, INTERFACES, MemifEvents.all());
    System.out.println("counting");
    long turn = 0;
    while (System.in.available() == 0) {
      turn++;
      int index = (int) (turn % INTERFACES);
      if (turn > INTERFACES) {
        counters.slots().release(index);
      }
      counters.slots().claim(index, "pod-" + turn, "net-" + turn);
      count(counters.worker(0), index, turn);
      counters.heartbeat();
    }
    System.out.println("resting");
    while (true) {
      System.in.read();
    }
  }

  private static void count(WorkerCounters worker, int index, long turn) {
    long row = worker.rowAddress(index);
    for (int i = 0; i < PACKETS_PER_TURN; i++) {
      worker.batch(1);
      InterfaceCounter.RX_PACKETS.add(row, 1);
      InterfaceCounter.RX_BYTES.add(row, turn);
      InterfaceCounter.drop(row, DropReason.NO_ROUTE.ordinal(), 1);
    }
  }
}
