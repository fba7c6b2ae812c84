package dev.heddle.port.memif.channel;

import dev.heddle.observe.EventCounter;
import dev.heddle.port.memif.LinkEvent;
import dev.heddle.port.memif.LinkFault;
import java.util.EnumMap;
import java.util.Map;

/** What happened to an interface or a listening socket; the control thread's alone. */
final class LinkCounters {
  private final long[] refusals = new long[LinkRefusal.values().length];
  private final long[] faults = new long[LinkFault.values().length];
  private final EventCounter events;
  private final int interfaceIndex;
  private long connects;
  private long disconnects;

  /**
   * Starts at zero.
   *
   * @param events counts the same for whoever watches the daemon
   * @param interfaceIndex the interface, or {@link EventCounter#NO_INTERFACE} for a socket
   */
  LinkCounters(EventCounter events, int interfaceIndex) {
    this.events = events;
    this.interfaceIndex = interfaceIndex;
  }

  void count(LinkRefusal refusal) {
    refusals[refusal.ordinal()]++;
    events.count(interfaceIndex, refusal);
  }

  void count(LinkFault fault) {
    faults[fault.ordinal()]++;
    events.count(interfaceIndex, fault);
  }

  void countConnect() {
    connects++;
    events.count(interfaceIndex, LinkEvent.CONNECTS);
  }

  void countDisconnect() {
    disconnects++;
    events.count(interfaceIndex, LinkEvent.DISCONNECTS);
  }

  long connects() {
    return connects;
  }

  long disconnects() {
    return disconnects;
  }

  /** All of them, also those that stand at zero. */
  Map<LinkRefusal, Long> refusals() {
    Map<LinkRefusal, Long> counts = new EnumMap<>(LinkRefusal.class);
    for (LinkRefusal refusal : LinkRefusal.values()) {
      counts.put(refusal, refusals[refusal.ordinal()]);
    }
    return counts;
  }

  /** All of them, also those that stand at zero. */
  Map<LinkFault, Long> faults() {
    Map<LinkFault, Long> counts = new EnumMap<>(LinkFault.class);
    for (LinkFault fault : LinkFault.values()) {
      counts.put(fault, faults[fault.ordinal()]);
    }
    return counts;
  }
}
