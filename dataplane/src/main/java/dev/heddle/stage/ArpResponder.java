package dev.heddle.stage;

import dev.heddle.observe.DropReason;
import dev.heddle.table.Attachment;
import dev.heddle.table.Vrf;
import dev.heddle.wire.Arp;
import dev.heddle.wire.Ethernet;

/**
 * The gateway's ARP (RFC 826): whoever asks for an address of the network gets the gateway's MAC
 * address, since everything is routed.
 *
 * <p>Not answered: the asker's own addresses, announcements, probes for a duplicate (RFC 5227) but
 * of the gateway's own address, addresses outside the range. Nothing is learnt from what a pod
 * sends, so its replies are only taken away.
 */
final class ArpResponder {
  private ArpResponder() {}

  static long inspect(long arp, int availableBytes, Attachment in, Vrf vrf) {
    if (!Arp.isComplete(availableBytes) || !Arp.isEthernetAndIpv4(arp)) {
      return Response.dropped(DropReason.ARP_MALFORMED);
    }
    int operation = Arp.operation(arp);
    if (operation != Arp.OPERATION_REQUEST && operation != Arp.OPERATION_REPLY) {
      return Response.dropped(DropReason.ARP_MALFORMED);
    }
    int sender = Arp.senderProtocol(arp);
    int target = Arp.targetProtocol(arp);
    boolean probe = sender == 0;
    if (!probe && !EndpointAddresses.isSource4(in, sender)) {
      return Response.dropped(DropReason.SPOOFED_SOURCE);
    }
    boolean announcement = sender == target;
    if (operation == Arp.OPERATION_REPLY
        || announcement
        || !(probe ? isGateway(vrf, target) : isAnswered(in, vrf, target))) {
      return Response.CONSUMED;
    }
    Arp.answer(arp, in.routerMac());
    return ReplyFrame.finish(Response.CONSUMED, arp, arp, Arp.PACKET_BYTES, Ethernet.TYPE_ARP, in);
  }

  private static boolean isAnswered(Attachment in, Vrf vrf, int target) {
    return isGateway(vrf, target)
        || EndpointAddresses.isInRange4(vrf, target) && !EndpointAddresses.isOwn4(in, target);
  }

  private static boolean isGateway(Vrf vrf, int target) {
    return target != 0 && target == vrf.gateway4();
  }
}
