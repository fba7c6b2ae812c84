package dev.heddle.compile;

import dev.heddle.model.Endpoint;
import dev.heddle.model.IpAddress;
import dev.heddle.model.IpPrefix;
import dev.heddle.model.NextHop;
import dev.heddle.model.NextHopSet;
import dev.heddle.model.RouterMac;
import dev.heddle.table.Attachment;
import dev.heddle.table.NextHops;
import dev.heddle.table.policy.PolicyTables;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;

/** An endpoint, where workers know it, and the forms in which they do. */
final class EndpointState {
  final int interfaceIndex;
  final VrfState vrf;
  final Hop hop;
  final NextHopSet asNextHop;
  Endpoint endpoint;

  /** The program for what it sends; 0 if it has no such policy. */
  int egressProgram;

  /** The program for what it receives; 0 if it has no such policy. */
  int ingressProgram;

  /** By rule of the programs, how often it decided; null where there is no program. */
  AtomicLongArray egressHits;

  AtomicLongArray ingressHits;

  EndpointState(int interfaceIndex, VrfState vrf, Hop hop, Endpoint endpoint) {
    this.interfaceIndex = interfaceIndex;
    this.vrf = vrf;
    this.hop = hop;
    this.endpoint = endpoint;
    asNextHop =
        new NextHopSet(List.of(new NextHopSet.Member(new NextHop.ToEndpoint(endpoint.name()), 1)));
  }

  /** The first 8 bytes of the Ethernet header towards it. */
  long ethernetWord0() {
    return endpoint.mac() | RouterMac.ADDRESS << 48;
  }

  /** The last 4 bytes of both Ethernet addresses. */
  long ethernetWord1() {
    return RouterMac.ADDRESS >>> 16;
  }

  long meta() {
    return NextHops.meta(NextHops.KIND_LOCAL, interfaceIndex, endpoint.mtuBytes(vrf.mtuBytes()));
  }

  Attachment attachment() {
    IpAddress first4 = first(false);
    IpAddress first6 = first(true);
    return new Attachment(
        interfaceIndex,
        vrf.index,
        RouterMac.ADDRESS,
        endpoint.mac(),
        first4 == null ? 0 : Integer.reverseBytes(first4.asInt()),
        first6 == null ? 0 : Long.reverseBytes(first6.high()),
        first6 == null ? 0 : Long.reverseBytes(first6.low()),
        otherSources4(first4),
        otherSources6(first6),
        endpoint.mtuBytes(vrf.mtuBytes()),
        egressProgram,
        ingressProgram,
        endpoint.attachment().ipMode());
  }

  boolean isPoliced() {
    return egressProgram != PolicyTables.NO_PROGRAM || ingressProgram != PolicyTables.NO_PROGRAM;
  }

  private IpAddress first(boolean ipv6) {
    for (IpAddress address : endpoint.addresses()) {
      if (address.ipv6() == ipv6) {
        return address;
      }
    }
    return null;
  }

  private int[] otherSources4(IpAddress first) {
    IntArrayList pairs = new IntArrayList();
    for (IpPrefix source : otherSources(false, first)) {
      pairs.addInt(source.address().asInt());
      pairs.addInt(IpPrefix.mask4(source.length()));
    }
    return pairs.toIntArray();
  }

  private long[] otherSources6(IpAddress first) {
    LongArrayList triples = new LongArrayList();
    for (IpPrefix source : otherSources(true, first)) {
      triples.addLong(source.address().high());
      triples.addLong(source.address().low());
      triples.addLong(source.length());
    }
    return triples.toLongArray();
  }

  private List<IpPrefix> otherSources(boolean ipv6, IpAddress first) {
    return Stream.concat(
            endpoint.addresses().stream()
                .filter(address -> !address.equals(first))
                .map(address -> IpPrefix.containing(address, address.bits())),
            endpoint.allowedSources().stream())
        .filter(source -> source.ipv6() == ipv6)
        .toList();
  }
}
