package dev.heddle.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What becomes of the packets that are as all of its conditions say.
 *
 * @param network whose endpoints it applies to; empty: the default network's
 * @param ipv6 whether packets must be IPv6, or IPv4; empty: any
 * @param protocol IP protocol number; empty: any
 * @param notProtocol excluded
 * @param icmp of ICMP and ICMPv6, their type and code
 * @param notIcmp excluded
 */
public record PolicyRule(
    Action action,
    String network,
    Optional<Boolean> ipv6,
    OptionalInt protocol,
    OptionalInt notProtocol,
    Optional<IcmpKind> icmp,
    Optional<IcmpKind> notIcmp,
    PolicyPeer source,
    PolicyPeer destination) {
  /** What a rule does with a packet. */
  public enum Action {
    DENY,
    ALLOW,
    /** The next tier decides. */
    PASS,
    /** It is noted, and the next rule looks at it. */
    LOG
  }

  /**
   * Messages of a type.
   *
   * @param type 0 to 255
   * @param code 0 to 255; empty: any
   */
  public record IcmpKind(int type, OptionalInt code) {}
}
