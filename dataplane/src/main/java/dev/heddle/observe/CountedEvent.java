package dev.heddle.observe;

import dev.heddle.api.stats.Column;
import java.util.Collection;
import java.util.List;

/** Something besides packets that is counted for an interface, by the control side. */
public interface CountedEvent {
  /** The name that the CLI and the documentation use. */
  String label();

  /** One sentence for an operator. */
  String description();

  /** Whether a peer was refused or cut off for it. */
  default boolean fault() {
    return true;
  }

  /** The columns of an event row in the order of the events. */
  static List<Column> columns(Collection<? extends CountedEvent> events) {
    return events.stream().map(CountedEvent::column).toList();
  }

  private static Column column(CountedEvent event) {
    Column.Kind kind = event.fault() ? Column.Kind.FAULT : Column.Kind.EVENT;
    return new Column(event.label(), event.description(), kind, Column.Side.NONE);
  }
}
