package dev.heddle.table;

import dev.heddle.api.Addresses;

/** Says in words what the outer headers of a tunnel hold. */
public final class TunnelText {
  private TunnelText() {}

  /** Its ends, such as "192.0.2.2 from 192.0.2.1". */
  public static String of(long[] tunnels, int tunnel) {
    String checksums =
        Tunnels.hasChecksums(tunnels[tunnel * Tunnels.LONGS_PER_TUNNEL]) ? " with checksums" : "";
    return Addresses.format(Tunnels.destination(tunnels, tunnel))
        + " from "
        + Addresses.format(Tunnels.source(tunnels, tunnel))
        + checksums;
  }
}
