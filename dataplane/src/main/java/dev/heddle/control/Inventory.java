package dev.heddle.control;

import java.util.List;
import java.util.Map;

/**
 * What there is, for those who watch it from outside.
 *
 * @param interfaces whose they are, by index
 * @param nodes how many others there are
 */
public record Inventory(
    Map<Integer, InterfaceIdentity> interfaces,
    List<OfNetwork> networks,
    long nodes,
    List<OfUplink> uplinks) {
  /** As long as nothing is known. */
  public static final Inventory EMPTY = new Inventory(Map.of(), List.of(), 0, List.of());

  /**
   * A network.
   *
   * @param vrf index of its routing table
   * @param routes that were made through the API
   * @param mtuBytes its largest IP packet
   */
  public record OfNetwork(String name, String vrf, long routes, long endpoints, int mtuBytes) {}

  /**
   * An uplink.
   *
   * @param interfaceName under which its counters stand
   * @param mtuBytes largest IP packet on it
   * @param resolvedTunnels whose packets can leave, as the next hop's Ethernet address is known
   * @param unresolvedTunnels other ones
   * @param neighbours how many are in each state; states that none is in may be absent
   */
  public record OfUplink(
      String interfaceName,
      int mtuBytes,
      long resolvedTunnels,
      long unresolvedTunnels,
      Map<KnownNeighbour.State, Long> neighbours) {}
}
