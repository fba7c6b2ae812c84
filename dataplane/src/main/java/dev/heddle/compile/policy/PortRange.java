package dev.heddle.compile.policy;

/**
 * Numbers from one to another, both included: ports, ICMP types, or protocols.
 *
 * @param first 0 to 65,535
 * @param last not below {@code first}
 */
public record PortRange(int first, int last) {
  /** What {@link Condition#protocols} has for a protocol over one IP version. */
  public static PortRange protocol(int protocol, boolean ipv6) {
    int key = protocol | (ipv6 ? 256 : 0);
    return new PortRange(key, key);
  }

  /** What {@link Condition#protocols} has for all of an IP version. */
  public static PortRange version(boolean ipv6) {
    return ipv6 ? new PortRange(256, 511) : new PortRange(0, 255);
  }

  public PortRange {
    if (first < 0 || last < first || last > 65_535) {
      throw new IllegalArgumentException("range " + first + " to " + last);
    }
  }

  boolean contains(int number) {
    return first <= number && number <= last;
  }
}
