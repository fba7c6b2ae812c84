package dev.heddle.compile.policy;

/**
 * What besides the address makes a member of a set of services.
 *
 * @param protocol as {@link PortRange#protocol} has it, IP version included
 * @param port destination port
 */
record ServicePort(PortRange protocol, PortRange port) {
  /** The condition for packets to this port alone; null if it admits none of them. */
  Condition narrow(Condition condition, int addresses) {
    if (!admits(condition.protocols(), protocol.first())
        || !admits(condition.destinationPorts(), port.first())) {
      return null;
    }
    return new Condition(
        condition.sourceNets(),
        condition.destinationNets(),
        condition.sourceSets(),
        condition.destinationSets(),
        Among.one(addresses),
        Among.one(protocol),
        condition.sourcePorts(),
        Among.one(port));
  }

  private static boolean admits(Among<PortRange> among, int number) {
    return (among.any().isEmpty() || among.any().stream().anyMatch(r -> r.contains(number)))
        && among.none().stream().noneMatch(range -> range.contains(number));
  }
}
