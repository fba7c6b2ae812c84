package dev.heddle.observe;

import dev.heddle.api.stats.CountersFormat;
import org.agrona.concurrent.status.CountersReader;

/** Where the sections of a counters file of a given size lie; offsets in bytes from its start. */
record CountersLayout(int workers, int maxInterfaces, int eventColumns) {
  int columnsOffset() {
    return CountersFormat.HEADER_BYTES;
  }

  int slotsOffset() {
    return aligned(
        columnsOffset()
            + (InterfaceCounter.COLUMNS + eventColumns) * (long) CountersFormat.COLUMN_BYTES);
  }

  int slotOffset(int interfaceIndex) {
    return slotsOffset() + interfaceIndex * CountersFormat.SLOT_BYTES;
  }

  int eventsOffset() {
    return aligned(slotsOffset() + (long) maxInterfaces * CountersFormat.SLOT_BYTES);
  }

  int eventRowBytes() {
    return (eventColumns * Long.BYTES + 63) / 64 * 64;
  }

  int eventRowOffset(int interfaceIndex) {
    return eventsOffset() + interfaceIndex * eventRowBytes();
  }

  int rowsOffset() {
    return aligned(eventsOffset() + (maxInterfaces + 2L) * eventRowBytes());
  }

  int workerStride() {
    return aligned((maxInterfaces + 1L) * InterfaceCounter.ROW_BYTES);
  }

  int rowOffset(int worker, int interfaceIndex) {
    return rowsOffset() + worker * workerStride() + interfaceIndex * InterfaceCounter.ROW_BYTES;
  }

  int counters() {
    return workers * WorkerCounter.values().length + DaemonCounter.values().length;
  }

  int metadataOffset() {
    return aligned(rowsOffset() + (long) workers * workerStride());
  }

  int metadataBytes() {
    return counters() * CountersReader.METADATA_LENGTH;
  }

  int valuesOffset() {
    return aligned(metadataOffset() + (long) metadataBytes());
  }

  int valuesBytes() {
    return counters() * CountersReader.COUNTER_LENGTH;
  }

  int fileBytes() {
    return aligned(valuesOffset() + (long) valuesBytes());
  }

  private static int aligned(long bytes) {
    return Math.toIntExact(CountersFormat.pageAligned(bytes));
  }
}
