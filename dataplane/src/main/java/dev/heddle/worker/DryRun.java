package dev.heddle.worker;

import dev.heddle.flow.FlowTable;
import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.PacketPool;
import dev.heddle.stage.ArrivalChecks;
import dev.heddle.stage.Fragmenter;
import dev.heddle.stage.IcmpRateLimiter;
import dev.heddle.stage.PolicyTrial;
import dev.heddle.stage.PolicyTrial.Decision;
import dev.heddle.stage.Responder;
import dev.heddle.stage.Response;
import dev.heddle.stage.SlowTransit;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Uplink;
import dev.heddle.table.Vrf;
import java.lang.foreign.Arena;

/**
 * Tells what workers would do with a packet of an endpoint, or one that comes out of a tunnel, by
 * their tables and their stages, without sending it: the steps of {@link SlowPath} and {@link
 * SlowArrival}, which decide like the fast path wherever that takes a packet. Of flows it asks the
 * table that workers share, which stays as it is.
 *
 * <p>One thread at a time.
 */
public final class DryRun {
  private static final int NO_HOP = NextHops.NO_ROUTE;
  private static final Fate ANSWERED = new Fate(null, true, NO_HOP, null);

  private final PolicyTrial trial;
  private final CountedRoutes nobody = new CountedRoutes();

  /**
   * @param flows that the workers follow
   */
  public DryRun(FlowTable flows) {
    this.trial = new PolicyTrial(flows);
  }

  /**
   * What becomes of a packet.
   *
   * @param reason why it is dropped; null if it is not
   * @param answered whether it is for the router, which answers or takes it
   * @param hop index of its next hop; 0 if it did not come so far
   * @param policy what policy says; null if its network has none, or it did not come so far
   */
  public record Fate(DropReason reason, boolean answered, int hop, Decision policy) {
    private static Fate dropped(DropReason reason) {
      return new Fate(reason, false, NO_HOP, null);
    }
  }

  /**
   * Follows a packet of an endpoint.
   *
   * @param frame with an Ethernet header, also where the endpoint's interface has none
   * @param in the endpoint's
   */
  public Fate run(byte[] frame, Attachment in, Tables tables) {
    try (Arena arena = Arena.ofConfined()) {
      Vrf vrf = tables.vrfs()[in.vrfIndex()];
      return route(copy(frame, arena), frame.length, in, vrf, tables);
    }
  }

  /**
   * Follows a frame that comes in on an uplink that carries tunnels.
   *
   * @param frame with its outer headers
   */
  public Fate runArrival(byte[] frame, Uplink uplink, Tables tables) {
    try (Arena arena = Arena.ofConfined()) {
      long outer = copy(frame, arena);
      long result = ArrivalChecks.check(outer, frame.length, uplink, tables);
      if (result == ArrivalChecks.NOT_TUNNEL) {
        return ANSWERED;
      }
      if (ArrivalChecks.isRefused(result)) {
        return Fate.dropped(DropReason.values()[ArrivalChecks.dropReason(result)]);
      }
      int interfaces = uplink.interfaceIndex() + 1;
      return route(
          outer + ArrivalChecks.outerBytes(result),
          ArrivalChecks.innerBytes(outer, result),
          new TunnelEnds(interfaces).of(uplink, tables.underlay()),
          tables.vrfs()[ArrivalChecks.vrf(result)],
          tables);
    }
  }

  private static long copy(byte[] frame, Arena arena) {
    long room = Responder.HEADROOM_BYTES + Math.max(frame.length, Responder.MIN_BUFFER_BYTES);
    long copy = arena.allocate(room, 64).address() + Responder.HEADROOM_BYTES;
    for (int i = 0; i < frame.length; i++) {
      Memory.putByte(copy + i, frame[i]);
    }
    return copy;
  }

  /**
   * Follows a frame in private memory, which it may change; no outer headers are before it.
   *
   * @param frame with room for {@link Responder}
   * @param in the sender's, or what an uplink has instead
   */
  Fate route(long frame, int bytes, Attachment in, Vrf vrf, Tables tables) {
    IcmpRateLimiter limiter = new IcmpRateLimiter(in.interfaceIndex() + 1, 0);
    if (bytes > PacketPool.CAPACITY_BYTES) {
      return Fate.dropped(DropReason.TOO_BIG);
    }
    long response = Responder.inspect(frame, bytes, in, vrf, limiter, 0);
    if (Response.isConsumed(response)) {
      return ANSWERED;
    }
    if (!Response.isTransit(response)) {
      return Fate.dropped(DropReason.values()[Response.dropReason(response)]);
    }
    nobody.clear();
    int hop = SlowTransit.lookup(frame, vrf, tables, nobody);
    if (tables.underlay().uplink(in.interfaceIndex()) != null) {
      DropReason refusal = SlowArrival.turnsBack(frame, hop, in, vrf, tables);
      if (refusal != null) {
        return new Fate(refusal, false, hop, null);
      }
    }
    return forward(frame, hop, in, vrf, tables);
  }

  private Fate forward(long frame, int hop, Attachment in, Vrf vrf, Tables tables) {
    Decision policy = null;
    int interfaceIndex = NextHops.interfaceIndex(tables.hops()[hop * NextHops.LONGS_PER_HOP + 2]);
    if (interfaceIndex >= 0 && tables.policies().isPoliced(vrf.index())) {
      trial.begin(tables.policies(), vrf.index(), System.nanoTime());
      policy = trial.decide(frame, in, tables.attachment(interfaceIndex));
      if (policy.reason() != null) {
        return new Fate(policy.reason(), false, hop, policy);
      }
    }
    DropReason refusal = SlowTransit.refusal(tables.hops(), hop, frame);
    boolean fragmented = refusal == DropReason.TOO_BIG && Fragmenter.isAllowed(frame);
    return new Fate(fragmented ? null : refusal, false, hop, policy);
  }
}
