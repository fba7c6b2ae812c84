package dev.heddle.api.policy;

import com.google.protobuf.ByteString;
import dev.heddle.api.v1.Prefix;
import dev.heddle.api.v1.SetService;
import java.util.Comparator;

/**
 * A member of a set.
 *
 * @param address 4 or 16 bytes
 * @param protocol 0 in a set of nets
 * @param port 0 in a set of nets
 */
record PeerMember(ByteString address, int protocol, int port) implements Comparable<PeerMember> {
  private static final Comparator<PeerMember> ORDER =
      Comparator.comparing(PeerMember::address, ByteString.unsignedLexicographicalComparator())
          .thenComparing(PeerMember::protocol)
          .thenComparing(PeerMember::port);

  PeerMember(ByteString address) {
    this(address, 0, 0);
  }

  Prefix net() {
    return Prefix.newBuilder().setAddress(address).setLength(address.size() * Byte.SIZE).build();
  }

  SetService service() {
    return SetService.newBuilder().setAddress(address).setProtocol(protocol).setPort(port).build();
  }

  @Override
  public int compareTo(PeerMember other) {
    return ORDER.compare(this, other);
  }
}
