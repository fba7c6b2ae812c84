package dev.heddle.worker;

import dev.heddle.flow.FlowTable;
import dev.heddle.observe.DropReason;
import dev.heddle.observe.InterfaceCounter;
import dev.heddle.observe.PacketWatch;
import dev.heddle.observe.PolicyLog;
import dev.heddle.observe.WorkerCounters;
import dev.heddle.packet.Batch;
import dev.heddle.packet.HeaderCopies;
import dev.heddle.stage.FlowHeaders;
import dev.heddle.stage.Policing;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;
import java.lang.foreign.Arena;

/**
 * Lets the packets of networks with policy through, or drops and counts them. A network in which no
 * endpoint has a policy does not come here. Belongs to one worker.
 *
 * <p>What the router makes itself, such as ICMP errors, and what is for the router, such as ARP and
 * echo requests to the gateway, is not subject to policy.
 */
final class PolicyGate {
  private final WorkerCounters counters;
  private final PacketWatch watch;
  private final HeaderCopies copies;
  private final FlowHeaders headers = new FlowHeaders(Batch.CAPACITY);
  private final Policing policing;

  PolicyGate(Arena arena, WorkerCounters counters, PacketWatch watch, FlowTable flows) {
    this.counters = counters;
    this.watch = watch;
    this.copies = new HeaderCopies(arena);
    this.policing = new Policing(counters, flows);
  }

  /** What Log rules noted; for one reader. */
  PolicyLog log() {
    return policing.log();
  }

  /** Copies the headers of a batch, so that what is decided about is what is sent. */
  void takeHeaders(Batch batch, Attachment in) {
    copies.take(batch, in.ipMode());
  }

  /**
   * Decides about a batch whose headers were taken and whose next hops are known. What is dropped
   * is counted; what only the slow path can read is left to it.
   *
   * @param in the sender's, or what an uplink has instead
   */
  void decide(Batch batch, Attachment in, Vrf vrf, Tables tables) {
    policing.begin(tables, vrf.index(), System.nanoTime());
    headers.readPlain(batch, in);
    policing.touch(headers, batch.count);
    int[] egress = batch.egress;
    for (int i = 0; i < batch.count; i++) {
      if (!Policing.isPlain(headers, i)) {
        egress[i] = Batch.NO_EGRESS;
      } else if (egress[i] >= 0) {
        DropReason reason = policing.decide(headers, i, in, tables.attachment(egress[i]));
        if (reason != null) {
          drop(batch, i, in, reason);
        }
      }
    }
  }

  private void drop(Batch batch, int i, Attachment in, DropReason reason) {
    batch.egress[i] = Batch.DROPPED;
    int interfaceIndex = in.interfaceIndex();
    InterfaceCounter.drop(counters.rowAddress(interfaceIndex), reason.ordinal(), 1);
    if (watch.isOn()) {
      watch.dropped(
          interfaceIndex,
          batch.frame[i] - batch.outerBytes,
          batch.lengthBytes[i] + batch.outerBytes,
          in.ipMode() ? Batch.ETHERNET_BYTES : 0,
          reason.ordinal());
    }
  }

  /**
   * Decides about a packet on the slow path that has a next hop.
   *
   * @param frame in private memory
   * @param hop its next hop, of any kind
   * @return why it is dropped; null if it passes, or has no way to pass
   */
  DropReason refusal(long frame, int hop, Attachment in, Vrf vrf, Tables tables, long nowNs) {
    if (!tables.policies().isPoliced(vrf.index())) {
      return null;
    }
    long meta = tables.hops()[hop * NextHops.LONGS_PER_HOP + 2];
    int egress = NextHops.interfaceIndex(meta);
    if (egress < 0) {
      return null;
    }
    policing.begin(tables, vrf.index(), nowNs);
    return policing.decide(frame, in, tables.attachment(egress));
  }
}
