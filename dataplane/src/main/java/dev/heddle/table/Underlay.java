package dev.heddle.table;

/**
 * The network below the tunnels, as one revision sees it.
 *
 * @param routerMac what inner Ethernet frames must be addressed to: our router's MAC address in the
 *     low 48 bits, first byte on the wire lowest
 * @param uplinks by interface index; null where an index is no uplink's; may be shorter than the
 *     greatest index
 * @param tunnels {@link Tunnels#LONGS_PER_TUNNEL} longs each, by tunnel index
 * @param neighbours MAC addresses on the underlay by neighbour index; the same object in all
 *     revisions, written by whoever resolves neighbours
 */
public record Underlay(long routerMac, Uplink[] uplinks, long[] tunnels, Neighbours neighbours) {
  /** No uplinks, no tunnels. */
  public static final Underlay NONE = new Underlay(0, new Uplink[0], new long[0], null);

  /** The uplink of an interface; null where it is none. */
  public Uplink uplink(int interfaceIndex) {
    return interfaceIndex < uplinks.length ? uplinks[interfaceIndex] : null;
  }
}
