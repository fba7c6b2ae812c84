package dev.heddle.daemon;

import dev.heddle.observe.CountedEvent;
import dev.heddle.observe.NeighbourEvent;
import dev.heddle.observe.PodEvent;
import dev.heddle.port.memif.channel.MemifEvents;
import java.util.ArrayList;
import java.util.List;

/** What is counted for an interface besides its packets, whatever kind of interface it is. */
public final class InterfaceEvents {
  private InterfaceEvents() {}

  /** All events, in the order of their columns in the counters file. */
  public static List<CountedEvent> all() {
    List<CountedEvent> events = new ArrayList<>(MemifEvents.all());
    events.addAll(List.of(NeighbourEvent.values()));
    events.addAll(List.of(PodEvent.values()));
    return List.copyOf(events);
  }
}
