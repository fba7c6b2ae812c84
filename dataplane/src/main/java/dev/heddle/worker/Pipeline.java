package dev.heddle.worker;

import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.Exceptions;
import dev.heddle.packet.PacketPool;
import dev.heddle.port.RxQueue;
import dev.heddle.stage.IcmpRateLimiter;
import dev.heddle.stage.Transit;
import dev.heddle.table.Attachment;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;
import java.lang.foreign.Arena;

/**
 * The whole way of a packet through a worker, one batch at a time:
 *
 * <pre>
 *   receive     take the next packets of one queue; bad descriptors are dropped here
 *   classify    the interface's attachment says the network and its VRF
 *   warm        only where tables are larger than the cache: look up once ahead, so that misses overlap
 *   transit     per packet: header checks, anti-spoofing, longest prefix match, rewrite of MAC and TTL
 *   send        runs of packets of one egress interface, header from private memory, payload copied once
 *   slow path   what was not plain: answered by the router, routed with care, or dropped with a reason
 *   flush       publish to the receivers, give the sender its buffers back, add up the counters
 * </pre>
 *
 * Belongs to one worker. Allocates nothing.
 */
public final class Pipeline {
  private static final int POOL_BUFFERS = 64;

  private final Batch batch;
  private final Exceptions exceptions = new Exceptions();
  private final CountedRoutes counted = new CountedRoutes();
  private final WorkerCounters counters;
  private final RouteCounters routeCounters;
  private final Egress egress;
  private final SlowPath slowPath;

  /** Keeps the compiler from leaving out what only warms the cache. */
  private int warmed;

  /**
   * @param arena for packet memory; must outlive every use
   * @param interfaces how many interfaces there may be
   */
  public Pipeline(
      Arena arena,
      int interfaces,
      WorkerCounters counters,
      RouteCounters routeCounters,
      Egress egress) {
    this.batch = new Batch(arena);
    this.counters = counters;
    this.routeCounters = routeCounters;
    this.egress = egress;
    this.slowPath =
        new SlowPath(
            counters,
            new PacketPool(arena, POOL_BUFFERS),
            egress,
            new IcmpRateLimiter(interfaces, System.nanoTime()));
  }

  /**
   * Takes one batch from a queue and does with it all there is to do.
   *
   * @return packets taken, 0 if there were none
   */
  public int process(RxQueue queue, Tables tables) {
    long row = counters.rowAddress(queue.interfaceIndex());
    int taken = queue.receive(batch, row);
    if (taken == 0) {
      return 0;
    }
    Attachment in = tables.attachment(queue.interfaceIndex());
    long bytes = in == null ? dropAll(row) : forward(in, tables);
    egress.flush();
    queue.release();
    InterfaceCounter.RX_PACKETS.add(row, taken);
    InterfaceCounter.RX_BYTES.add(row, queue.ipMode() ? bytes - ethernetBytes() : bytes);
    counters.batch(taken);
    return taken;
  }

  private long forward(Attachment in, Tables tables) {
    Vrf vrf = tables.vrfs()[in.vrfIndex()];
    exceptions.clear();
    counted.clear();
    if (vrf.deep()) {
      warmed += Transit.warm(batch, vrf, tables);
    }
    long bytes = Transit.route(batch, in, vrf, tables, exceptions, counted);
    egress.send(batch);
    if (exceptions.count() > 0) {
      slowPath.process(exceptions, in, vrf, tables, counted);
    }
    if (counted.count() > 0) {
      routeCounters.add(counted);
    }
    return bytes;
  }

  /** The interface has no network: nothing passes before its endpoint's revision runs. */
  private long dropAll(long row) {
    InterfaceCounter.drop(row, DropReason.NOT_ATTACHED.ordinal(), batch.count);
    long bytes = 0;
    for (int i = 0; i < batch.count; i++) {
      bytes += batch.lengthBytes[i];
    }
    return bytes;
  }

  /** Bytes of the headers that the batch's frames are counted with although they do not exist. */
  private long ethernetBytes() {
    return (long) batch.count * Batch.ETHERNET_BYTES;
  }
}
