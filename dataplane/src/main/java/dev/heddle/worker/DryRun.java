package dev.heddle.worker;

import dev.heddle.flow.FlowTable;
import dev.heddle.memory.Memory;
import dev.heddle.observe.DropReason;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.packet.PacketPool;
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
import dev.heddle.table.Vrf;
import java.lang.foreign.Arena;

/**
 * Tells what workers would do with a packet of an endpoint, by their tables and their stages,
 * without sending it: the steps of {@link SlowPath}, which decides like the fast path wherever that
 * takes a packet. Of flows it asks the table that workers share, which stays as it is.
 *
 * <p>One thread at a time.
 */
public final class DryRun {
  private static final int NO_HOP = NextHops.NO_ROUTE;

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
   * Follows a packet.
   *
   * @param frame with an Ethernet header, also where the endpoint's interface has none
   * @param in the endpoint's
   */
  public Fate run(byte[] frame, Attachment in, Tables tables) {
    try (Arena arena = Arena.ofConfined()) {
      long room = Responder.HEADROOM_BYTES + Math.max(frame.length, Responder.MIN_BUFFER_BYTES);
      long copy = arena.allocate(room, 64).address() + Responder.HEADROOM_BYTES;
      for (int i = 0; i < frame.length; i++) {
        Memory.putByte(copy + i, frame[i]);
      }
      return run(copy, frame.length, in, tables);
    }
  }

  private Fate run(long frame, int bytes, Attachment in, Tables tables) {
    Vrf vrf = tables.vrfs()[in.vrfIndex()];
    IcmpRateLimiter limiter = new IcmpRateLimiter(tables.attachments().length, 0);
    if (bytes > PacketPool.CAPACITY_BYTES) {
      return Fate.dropped(DropReason.TOO_BIG);
    }
    long response = Responder.inspect(frame, bytes, in, vrf, limiter, 0);
    if (Response.isConsumed(response)) {
      return new Fate(null, true, NO_HOP, null);
    }
    if (!Response.isTransit(response)) {
      return Fate.dropped(DropReason.values()[Response.dropReason(response)]);
    }
    nobody.clear();
    return forward(frame, SlowTransit.lookup(frame, vrf, tables, nobody), in, tables);
  }

  private Fate forward(long frame, int hop, Attachment in, Tables tables) {
    Decision policy = null;
    int interfaceIndex = NextHops.interfaceIndex(tables.hops()[hop * NextHops.LONGS_PER_HOP + 2]);
    if (interfaceIndex >= 0 && tables.policies().isPoliced(in.vrfIndex())) {
      trial.begin(tables.policies(), in.vrfIndex(), System.nanoTime());
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
