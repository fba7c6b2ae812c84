package dev.heddle.observe;

import dev.heddle.api.stats.CountersFormat;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Gives the rows of the counters file to interfaces and takes them back.
 *
 * <p>{@link #claim} and {@link #release} exclude each other and may be called from any thread.
 * Readers of the file see a change whole or not at all, by the sequence number in the header.
 */
public final class InterfaceSlots implements EventCounter {
  private final UnsafeBuffer file;
  private final CountersLayout layout;
  private final Map<CountedEvent, Integer> eventColumns = new HashMap<>();

  InterfaceSlots(UnsafeBuffer file, CountersLayout layout, List<CountedEvent> events) {
    this.file = file;
    this.layout = layout;
    for (CountedEvent event : events) {
      eventColumns.put(event, eventColumns.size());
    }
  }

  /** Interface indexes run from 0 to one less than this. */
  public int capacity() {
    return layout.maxInterfaces();
  }

  /**
   * Gives a slot to an interface, before any worker counts for it. All its counters are zero.
   *
   * @return the slot's generation, greater than at any claim before
   * @throws IllegalArgumentException if there is no such slot or a text is too long
   * @throws IllegalStateException if another interface has the slot
   */
  public synchronized long claim(int interfaceIndex, String name, String network) {
    int slot = slotOffset(interfaceIndex);
    if (claimed(slot)) {
      throw new IllegalStateException("counter slot " + interfaceIndex + " is already claimed");
    }
    long generation = file.getLong(slot + CountersFormat.SLOT_GENERATION_OFFSET) + 1;
    beginChange();
    try {
      putText(slot + CountersFormat.SLOT_NAME_OFFSET, "interface name", name);
      putText(slot + CountersFormat.SLOT_NETWORK_OFFSET, "network name", network);
      // Also takes the page faults here, so that the first packet does not.
      zeroRows(interfaceIndex);
      file.putLong(slot + CountersFormat.SLOT_GENERATION_OFFSET, generation);
      file.putInt(slot + CountersFormat.SLOT_CLAIMED_OFFSET, 1, ByteOrder.LITTLE_ENDIAN);
    } finally {
      endChange();
    }
    return generation;
  }

  /**
   * Takes a slot back and adds its counters to those of the interfaces that are gone. Call it only
   * when no worker can count for the interface any more: each has passed a batch boundary since the
   * tables without it were published, and none holds a packet that is charged to it.
   *
   * @throws IllegalStateException if nobody has the slot
   */
  public synchronized void release(int interfaceIndex) {
    int slot = slotOffset(interfaceIndex);
    if (!claimed(slot)) {
      throw new IllegalStateException("counter slot " + interfaceIndex + " is not claimed");
    }
    beginChange();
    try {
      for (int worker = 0; worker < layout.workers(); worker++) {
        fold(
            layout.rowOffset(worker, interfaceIndex),
            layout.rowOffset(worker, capacity()),
            InterfaceCounter.COLUMNS);
      }
      fold(
          layout.eventRowOffset(interfaceIndex),
          layout.eventRowOffset(capacity()),
          layout.eventColumns());
      file.putInt(slot + CountersFormat.SLOT_CLAIMED_OFFSET, 0, ByteOrder.LITTLE_ENDIAN);
    } finally {
      endChange();
    }
  }

  /**
   * Counts an event on an interface, from any thread, while the interface has its slot; or on none.
   *
   * @throws IllegalArgumentException if it is none of the file's events or interfaces
   */
  @Override
  public void count(int interfaceIndex, CountedEvent event) {
    file.getAndAddLong(eventOffset(interfaceIndex, event), 1);
  }

  /** How often an event happened on an interface since its slot was claimed; or on none. */
  public long events(int interfaceIndex, CountedEvent event) {
    return file.getLongVolatile(eventOffset(interfaceIndex, event));
  }

  private int eventOffset(int interfaceIndex, CountedEvent event) {
    Integer column = eventColumns.get(event);
    if (column == null) {
      throw new IllegalArgumentException("the counters file has no event " + event.label());
    }
    int row = interfaceIndex == NO_INTERFACE ? capacity() + 1 : checked(interfaceIndex);
    return layout.eventRowOffset(row) + column * Long.BYTES;
  }

  private void fold(int from, int to, int columns) {
    for (int i = 0; i < columns; i++) {
      long value = file.getAndSetLong(from + i * Long.BYTES, 0);
      file.getAndAddLong(to + i * Long.BYTES, value);
    }
  }

  private void zeroRows(int interfaceIndex) {
    for (int worker = 0; worker < layout.workers(); worker++) {
      file.setMemory(
          layout.rowOffset(worker, interfaceIndex), InterfaceCounter.ROW_BYTES, (byte) 0);
    }
    file.setMemory(layout.eventRowOffset(interfaceIndex), layout.eventRowBytes(), (byte) 0);
  }

  private void beginChange() {
    file.getAndAddLong(CountersFormat.SEQUENCE_OFFSET, 1);
  }

  private void endChange() {
    file.getAndAddLong(CountersFormat.SEQUENCE_OFFSET, 1);
  }

  private boolean claimed(int slot) {
    return file.getInt(slot + CountersFormat.SLOT_CLAIMED_OFFSET, ByteOrder.LITTLE_ENDIAN) != 0;
  }

  private void putText(int offset, String what, String text) {
    CountersFormat.putText(file, offset, CountersFormat.SLOT_TEXT_BYTES, what, text);
  }

  private int slotOffset(int interfaceIndex) {
    return layout.slotOffset(checked(interfaceIndex));
  }

  private int checked(int interfaceIndex) {
    if (interfaceIndex < 0 || interfaceIndex >= capacity()) {
      throw new IllegalArgumentException(
          "interface index "
              + interfaceIndex
              + " has no counter slot; the counters file has "
              + capacity());
    }
    return interfaceIndex;
  }
}
