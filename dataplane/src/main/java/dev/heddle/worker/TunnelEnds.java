package dev.heddle.worker;

import dev.heddle.table.Attachment;
import dev.heddle.table.Underlay;
import dev.heddle.table.Uplink;

/**
 * Uplinks as the stages after decapsulation see them: like an endpoint that may send from every
 * address, since its packets' sources have been checked before. The same goes for uplinks that lead
 * outside. Belongs to one worker.
 */
final class TunnelEnds {
  private static final int[] ALL4 = {0, 0};
  private static final long[] ALL6 = {0, 0, 0};

  private final Uplink[] uplinks;
  private final Attachment[] ends;

  TunnelEnds(int interfaces) {
    uplinks = new Uplink[interfaces];
    ends = new Attachment[interfaces];
  }

  /**
   * The end of an uplink's tunnels, or the outside; made new where the uplink is another one than
   * before.
   */
  Attachment of(Uplink uplink, Underlay underlay) {
    int index = uplink.interfaceIndex();
    if (uplinks[index] != uplink) {
      uplinks[index] = uplink;
      long ownMac = uplink.outside() == null ? underlay.routerMac() : uplink.mac();
      ends[index] =
          new Attachment(index, 0, ownMac, 0, 0, 0, 0, ALL4, ALL6, uplink.mtuBytes(), 0, 0, false);
    }
    return ends[index];
  }
}
