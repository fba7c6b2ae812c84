package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.packet.NeighbourReports;
import dev.heddle.table.KeyTable;
import dev.heddle.table.Neighbours;
import dev.heddle.table.Uplink;
import dev.heddle.wire.Arp;
import dev.heddle.wire.Ethernet;

/**
 * ARP on the underlay (RFC 826): answers for our tunnel address, probes included (RFC 5227 2.1.1),
 * and reads what wanted neighbours say, announcements and requests included.
 */
final class UnderlayArp {
  private UnderlayArp() {}

  static long inspect(
      long arp,
      int availableBytes,
      boolean toGroup,
      Uplink uplink,
      Neighbours neighbours,
      NeighbourReports reports) {
    if (!Arp.isComplete(availableBytes)
        || !Arp.isEthernetAndIpv4(arp)
        || !Ethernet.isStation(Arp.senderHardware(arp))) {
      return Response.dropped(DropReason.ARP_MALFORMED);
    }
    boolean request = Arp.operation(arp) == Arp.OPERATION_REQUEST;
    if (!request && Arp.operation(arp) != Arp.OPERATION_REPLY) {
      return Response.dropped(DropReason.ARP_MALFORMED);
    }
    int own = uplink.address4();
    if (own == 0) {
      return Response.CONSUMED;
    }
    if (Arp.senderProtocol(arp) == own) {
      return Response.dropped(DropReason.UNDERLAY_ADDRESS_CONFLICT);
    }
    boolean toUs = Arp.targetProtocol(arp) == own;
    report(arp, toUs && !request && !toGroup, uplink, neighbours, reports);
    return toUs && request ? answer(arp, uplink) : Response.CONSUMED;
  }

  /** An announcement of what is known already is no news. */
  private static void report(
      long arp, boolean answers, Uplink uplink, Neighbours neighbours, NeighbourReports reports) {
    int sender = Arp.senderProtocol(arp);
    long mac = Arp.senderHardware(arp);
    int neighbour = uplink.neighbours().getAddress4(sender);
    if (neighbour != KeyTable.NONE && (answers || neighbours.mac(neighbour) != mac)) {
      reports.heard(
          uplink.interfaceIndex(), false, 0, Integer.toUnsignedLong(sender), mac, answers, true);
    }
  }

  private static long answer(long arp, Uplink uplink) {
    long asker = Arp.senderHardware(arp);
    Arp.answer(arp, uplink.mac());
    return ReplyFrame.finish(
        Response.CONSUMED, arp, arp, Arp.PACKET_BYTES, Ethernet.TYPE_ARP, asker, uplink.mac());
  }
}
