package dev.heddle.model;

import java.util.Set;

/**
 * Addresses of one network that rules name together.
 *
 * @param network its name
 * @param name unique in the network
 * @param ofServices whether its members have a protocol and port each
 * @param nets members of a set of nets
 * @param services members of a set of services
 */
public record IpSet(
    String network, String name, boolean ofServices, Set<IpPrefix> nets, Set<Service> services) {
  /** There may be so many in all networks together. */
  public static final int MAX_SETS = 65_536;

  /** Of one set. */
  public static final int MAX_MEMBERS = 131_072;

  public IpSet {
    nets = Set.copyOf(nets);
    services = Set.copyOf(services);
    if (!(ofServices ? nets : services).isEmpty()) {
      throw new IllegalArgumentException("members of the other kind");
    }
  }

  /** What tells it from sets of other networks: no name has a blank. */
  public static String key(String network, String name) {
    return network + " " + name;
  }

  /** Its {@link #key(String, String)}. */
  public String key() {
    return key(network, name);
  }

  /** An address, a protocol and a port. */
  public record Service(IpAddress address, int protocol, int port) {}
}
