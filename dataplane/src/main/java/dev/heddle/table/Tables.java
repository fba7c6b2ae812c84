package dev.heddle.table;

import dev.heddle.table.policy.PolicyTables;

/**
 * The root of everything a worker looks up: one immutable instance per revision, read once per
 * batch.
 *
 * <p>A change copies what it touches and shares the rest with the revision before. Off-heap parts
 * (the LPM tries that a {@link Vrf} points to) stay valid until every worker has passed a batch
 * boundary after the next revision was published.
 *
 * @param revision the revision that the control plane acknowledges once all workers run it
 * @param attachments by interface index; null where no endpoint has that index
 * @param vrfs by VRF index; null where there is none
 * @param hops next hops, {@link NextHops#LONGS_PER_HOP} longs each, by next hop index
 * @param groups equal-cost groups as {@link NextHops#ecmpMember} reads them
 * @param routeHops next hop index by counted route id, see {@link NextHops#COUNTED_ROUTE}
 * @param underlay uplinks and tunnels to other nodes
 * @param policies what endpoints may send and receive
 */
public record Tables(
    long revision,
    Attachment[] attachments,
    Vrf[] vrfs,
    long[] hops,
    int[] groups,
    int[] routeHops,
    Underlay underlay,
    PolicyTables policies) {
  /** The revision before the first transaction: nothing is known and nothing is forwarded. */
  public static final Tables EMPTY =
      new Tables(
          0,
          new Attachment[0],
          new Vrf[0],
          NextHops.dropOnly(),
          new int[0],
          new int[0],
          Underlay.NONE,
          PolicyTables.NONE);

  /** The attachment of an interface; null where it has none in this revision. */
  public Attachment attachment(int interfaceIndex) {
    return interfaceIndex < attachments.length ? attachments[interfaceIndex] : null;
  }
}
