package dev.heddle.stage;

import dev.heddle.memory.Memory;
import dev.heddle.packet.Batch;
import dev.heddle.packet.CountedRoutes;
import dev.heddle.table.Lpm4;
import dev.heddle.table.Lpm6;
import dev.heddle.table.NextHops;
import dev.heddle.table.Tables;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Ipv4;
import dev.heddle.wire.Ipv6;
import java.util.Arrays;

/**
 * Finds the next hops of a batch, in short loops that each do one thing, so that the cache misses
 * of its packets overlap.
 *
 * <p>The destinations are read here for the first time, in memory that the sender may change. The
 * batch keeps what was looked up, and {@link Transit} forwards a packet only if its header says the
 * same.
 */
public final class RouteLookup {
  private static final int VERSION_MASK = 0xf0;
  private static final int VERSION_6 = 0x60;

  private RouteLookup() {}

  /**
   * Fills in the batch's routes, next hops and egress interfaces.
   *
   * @return whether any route counts its packets
   */
  public static boolean resolve(Batch batch, Vrf vrf, Tables tables) {
    int six = readDestinations(batch);
    if (six < batch.count) {
      Lpm4.lookupAll(vrf.lpm4Root(), batch.destination4, batch.route, batch.count);
    } else {
      // A packet may be IPv4 by now; what stands there is of an earlier batch, and another network.
      Arrays.fill(batch.route, 0, batch.count, NextHops.NO_ROUTE);
    }
    if (six > 0) {
      lookup6(batch, vrf.lpm6Root());
    } else {
      Arrays.fill(batch.destination6High, 0, batch.count, 0);
    }
    int all = nextHops(batch, tables.hops(), tables.routeHops());
    if (tables.groups().length > 0) {
      chooseMembers(batch, tables);
    }
    return all < 0;
  }

  /** Returns how many packets are IPv6. */
  private static int readDestinations(Batch batch) {
    long[] frames = batch.header;
    long[] destinationBytes = batch.destinationBytes4;
    int[] destinations = batch.destination4;
    int count = batch.count;
    int six = 0;
    for (int i = 0; i < count; i++) {
      long ip = frames[i] + Batch.ETHERNET_BYTES;
      long bytes = Memory.getLong(ip + Ipv4.DESTINATION);
      destinationBytes[i] = bytes;
      destinations[i] = Integer.reverseBytes((int) bytes);
      six += (Memory.getByte(ip) & VERSION_MASK) == VERSION_6 ? 1 : 0;
    }
    return six;
  }

  /**
   * What was not looked up as one version must not go out as it, whatever the packet is by then: it
   * gets a destination of that version that nobody may send to.
   */
  private static void lookup6(Batch batch, long root) {
    int[] found = batch.hop; // not needed for anything else yet
    int six = 0;
    for (int i = 0; i < batch.count; i++) {
      long ip = batch.header[i] + Batch.ETHERNET_BYTES;
      if ((Memory.getByte(ip) & VERSION_MASK) == VERSION_6) {
        batch.destination6High[i] = Ipv6.destinationHigh(ip);
        batch.destination6Low[i] = Ipv6.destinationLow(ip);
        batch.destinationBytes4[i] = 0;
        found[six++] = i;
      } else {
        batch.destination6High[i] = 0;
      }
    }
    if (six == batch.count) {
      Lpm6.lookupAll(root, batch.destination6High, batch.destination6Low, batch.route, six);
      return;
    }
    for (int k = 0; k < six; k++) {
      int i = found[k];
      batch.route[i] = Lpm6.lookup(root, batch.destination6High[i], batch.destination6Low[i]);
    }
  }

  /** Returns the union of all routes, which is negative where one of them counts. */
  private static int nextHops(Batch batch, long[] hops, int[] routeHops) {
    int[] routes = batch.route;
    int[] places = batch.hop;
    int[] egress = batch.egress;
    int count = batch.count;
    int all = 0;
    for (int i = 0; i < count; i++) {
      int route = routes[i];
      int at = NextHops.LONGS_PER_HOP * (route < 0 ? routeHops[NextHops.routeId(route)] : route);
      all |= route;
      places[i] = at;
      egress[i] = NextHops.interfaceIndex(hops[at + 2]);
    }
    return all;
  }

  /** Gives each packet whose route has several next hops the one that its flow takes. */
  private static void chooseMembers(Batch batch, Tables tables) {
    long[] hops = tables.hops();
    for (int i = 0; i < batch.count; i++) {
      int at = batch.hop[i];
      if (NextHops.kind(hops[at + 2]) == NextHops.KIND_ECMP) {
        int hash = flowHash(batch.header[i]);
        int member = NextHops.ecmpMember(tables.groups(), (int) hops[at + 3], hash);
        batch.hop[i] = member * NextHops.LONGS_PER_HOP;
        batch.egress[i] = NextHops.interfaceIndex(hops[batch.hop[i] + 2]);
      }
    }
  }

  /** Lists the counted routes of those packets that were forwarded. */
  public static void count(Batch batch, CountedRoutes counted) {
    for (int i = 0; i < batch.count; i++) {
      if (batch.route[i] < 0 && batch.egress[i] >= 0) {
        int bytes = batch.lengthBytes[i] - Batch.ETHERNET_BYTES;
        counted.add(NextHops.routeId(batch.route[i]), bytes);
      }
    }
  }

  private static int flowHash(long frame) {
    long ip = frame + Batch.ETHERNET_BYTES;
    return (Memory.getByte(ip) & VERSION_MASK) == VERSION_6
        ? Ip6Fast.flowHash(frame)
        : Ip4Fast.flowHash(frame);
  }
}
