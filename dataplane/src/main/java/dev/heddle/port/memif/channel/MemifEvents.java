package dev.heddle.port.memif.channel;

import dev.heddle.observe.CountedEvent;
import dev.heddle.port.memif.LinkEvent;
import dev.heddle.port.memif.LinkFault;
import java.util.ArrayList;
import java.util.List;

/** What is counted for a memif interface besides its packets. */
public final class MemifEvents {
  private MemifEvents() {}

  /** All events, in the order of their columns in the counters file. */
  public static List<CountedEvent> all() {
    List<CountedEvent> events = new ArrayList<>();
    events.addAll(List.of(LinkEvent.values()));
    events.addAll(List.of(LinkRefusal.values()));
    events.addAll(List.of(LinkFault.values()));
    return List.copyOf(events);
  }
}
