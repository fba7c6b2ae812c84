package dev.heddle.api.stats;

import dev.heddle.api.stats.Snapshot.Counter;
import dev.heddle.api.stats.Snapshot.InterfaceStats;
import dev.heddle.api.stats.Snapshot.WorkerStats;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * Reads a counters file, without any word to the daemon that writes it. One instance sees one
 * daemon: after a restart, open the file again. Not thread-safe.
 */
public final class CountersFileReader implements AutoCloseable {
  private static final int MAX_ATTEMPTS = 1_000;

  private final UnsafeBuffer file;
  private final Path path;
  private final int workers;
  private final int maxInterfaces;
  private final List<Column> columns;
  private final List<Column> eventColumns;
  private final int slotsOffset;
  private final int eventsOffset;
  private final int eventRowBytes;
  private final int rowsOffset;
  private final int rowBytes;
  private final int workerStride;
  private final CountersReader counters;

  private CountersFileReader(UnsafeBuffer file, Path path) {
    this.file = file;
    this.path = path;
    workers = getInt(CountersFormat.WORKERS_OFFSET);
    maxInterfaces = getInt(CountersFormat.MAX_INTERFACES_OFFSET);
    slotsOffset = getInt(CountersFormat.SLOTS_OFFSET);
    eventsOffset = getInt(CountersFormat.EVENTS_OFFSET);
    eventRowBytes = getInt(CountersFormat.EVENT_ROW_BYTES_OFFSET);
    rowsOffset = getInt(CountersFormat.ROWS_OFFSET);
    rowBytes = getInt(CountersFormat.ROW_BYTES_OFFSET);
    workerStride = getInt(CountersFormat.WORKER_STRIDE_OFFSET);
    int rowColumns = getInt(CountersFormat.ROW_COLUMNS_OFFSET);
    int eventColumnCount = getInt(CountersFormat.EVENT_COLUMNS_OFFSET);
    checkLayout(rowColumns, eventColumnCount);
    columns = readColumns(0, rowColumns);
    eventColumns = readColumns(rowColumns, eventColumnCount);
    counters =
        new CountersReader(
            section(CountersFormat.METADATA_OFFSET, CountersFormat.METADATA_BYTES_OFFSET),
            section(CountersFormat.VALUES_OFFSET, CountersFormat.VALUES_BYTES_OFFSET));
  }

  /**
   * Opens a counters file.
   *
   * @throws CountersFileException if there is none, or it is none, or of another version
   */
  public static CountersFileReader open(Path path) {
    UnsafeBuffer file;
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long bytes = channel.size();
      if (bytes < CountersFormat.HEADER_BYTES || bytes > Integer.MAX_VALUE) {
        throw new CountersFileException(path + " is not a counters file: " + bytes + " bytes long");
      }
      file = new UnsafeBuffer(channel.map(MapMode.READ_ONLY, 0, bytes));
    } catch (NoSuchFileException e) {
      throw new CountersFileException(
          "there is no counters file " + path + ": start the daemon, or name its file with --file");
    } catch (AccessDeniedException e) {
      throw new CountersFileException(
          "the counters file " + path + " may not be read: use the daemon's user");
    } catch (IOException e) {
      throw new CountersFileException("the counters file " + path + " cannot be read: " + e);
    }
    if (file.getLongVolatile(CountersFormat.MAGIC_OFFSET) != CountersFormat.MAGIC) {
      throw new CountersFileException(path + " is not a counters file");
    }
    int version = file.getInt(CountersFormat.VERSION_OFFSET, ByteOrder.LITTLE_ENDIAN);
    if (version != CountersFormat.VERSION) {
      throw new CountersFileException(
          "%s has version %d and this program reads version %d: use the daemon's own release"
              .formatted(path, version, CountersFormat.VERSION));
    }
    try {
      return new CountersFileReader(file, path);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw damaged(path, e.getMessage());
    }
  }

  /**
   * Reads everything once.
   *
   * @throws CountersFileException if somebody else wrote into the file
   */
  public Snapshot snapshot() {
    try {
      return consistentSnapshot();
    } catch (IndexOutOfBoundsException | IllegalArgumentException | NegativeArraySizeException e) {
      throw damaged(path, e.getMessage());
    }
  }

  private Snapshot consistentSnapshot() {
    for (int attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
      long before = file.getLongVolatile(CountersFormat.SEQUENCE_OFFSET);
      if ((before & 1) == 0) {
        Snapshot snapshot = read(true);
        if (before == file.getLongVolatile(CountersFormat.SEQUENCE_OFFSET)) {
          return snapshot;
        }
      }
      Thread.yield();
    }
    return read(false);
  }

  @Override
  public void close() {
    BufferUtil.free(file);
  }

  private Snapshot read(boolean consistent) {
    List<InterfaceStats> interfaces = new ArrayList<>();
    for (int index = 0; index < maxInterfaces; index++) {
      if (getInt(slotOffset(index) + CountersFormat.SLOT_CLAIMED_OFFSET) != 0) {
        interfaces.add(readInterface(index));
      }
    }
    InterfaceStats departed =
        new InterfaceStats(
            -1, 0, "(departed)", "", readRows(maxInterfaces), readEvents(maxInterfaces));
    List<WorkerStats> workerStats = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      workerStats.add(new WorkerStats(worker, new ArrayList<>()));
    }
    List<Counter> daemonCounters = new ArrayList<>();
    readCounters(workerStats, daemonCounters);
    return new Snapshot(
        Instant.ofEpochMilli(getLong(CountersFormat.CREATED_MS_OFFSET)),
        new ProcessIdentity(
            getLong(CountersFormat.PID_OFFSET), getLong(CountersFormat.PID_START_TICKS_OFFSET)),
        Instant.ofEpochMilli(getLong(CountersFormat.HEARTBEAT_MS_OFFSET)),
        consistent,
        columns,
        eventColumns,
        workerStats,
        daemonCounters,
        interfaces,
        departed,
        readEvents(maxInterfaces + 1));
  }

  private InterfaceStats readInterface(int index) {
    int slot = slotOffset(index);
    return new InterfaceStats(
        index,
        getLong(slot + CountersFormat.SLOT_GENERATION_OFFSET),
        CountersFormat.getText(
            file, slot + CountersFormat.SLOT_NAME_OFFSET, CountersFormat.SLOT_TEXT_BYTES),
        CountersFormat.getText(
            file, slot + CountersFormat.SLOT_NETWORK_OFFSET, CountersFormat.SLOT_TEXT_BYTES),
        readRows(index),
        readEvents(index));
  }

  private long[][] readRows(int index) {
    long[][] rows = new long[workers][];
    for (int worker = 0; worker < workers; worker++) {
      rows[worker] = readRow(rowsOffset + worker * workerStride + index * rowBytes, columns.size());
    }
    return rows;
  }

  private long[] readEvents(int index) {
    return readRow(eventsOffset + index * eventRowBytes, eventColumns.size());
  }

  private long[] readRow(int offset, int count) {
    long[] row = new long[count];
    for (int i = 0; i < count; i++) {
      row[i] = file.getLongVolatile(offset + i * Long.BYTES);
    }
    return row;
  }

  private void readCounters(List<WorkerStats> workerStats, List<Counter> daemonCounters) {
    counters.forEach((counterId, typeId, key, label) -> {
      int separator = label.indexOf(CountersFormat.LABEL_SEPARATOR);
      Counter counter =
          new Counter(
              label.substring(0, Math.max(separator, 0)),
              label.substring(separator + CountersFormat.LABEL_SEPARATOR.length()),
              counters.getCounterValue(counterId));
      if (typeId == CountersFormat.WORKER_COUNTER_TYPE_ID) {
        workerStats.get(key.getInt(0, ByteOrder.LITTLE_ENDIAN)).counters().add(counter);
      } else if (typeId == CountersFormat.DAEMON_COUNTER_TYPE_ID) {
        daemonCounters.add(counter);
      }
    });
  }

  private List<Column> readColumns(int first, int count) {
    List<Column> result = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      int entry = getInt(CountersFormat.COLUMNS_OFFSET) + i * CountersFormat.COLUMN_BYTES;
      result.add(
          new Column(
              CountersFormat.getText(
                  file,
                  entry + CountersFormat.COLUMN_NAME_OFFSET,
                  CountersFormat.COLUMN_NAME_BYTES),
              CountersFormat.getText(
                  file,
                  entry + CountersFormat.COLUMN_DESCRIPTION_OFFSET,
                  CountersFormat.COLUMN_DESCRIPTION_BYTES),
              Column.Kind.values()[getInt(entry + CountersFormat.COLUMN_KIND_OFFSET)],
              Column.Side.values()[getInt(entry + CountersFormat.COLUMN_SIDE_OFFSET)]));
    }
    return List.copyOf(result);
  }

  /** The buffer checks every access; this finds at once what cannot be a file of a daemon. */
  private void checkLayout(int rowColumns, int eventColumnCount) {
    long columnsEnd =
        getInt(CountersFormat.COLUMNS_OFFSET)
            + (long) (rowColumns + eventColumnCount) * CountersFormat.COLUMN_BYTES;
    long slotsEnd = slotsOffset + (long) maxInterfaces * CountersFormat.SLOT_BYTES;
    long eventsEnd = eventsOffset + (maxInterfaces + 2L) * eventRowBytes;
    long rowsEnd = rowsOffset + (long) workers * workerStride;
    boolean sound =
        getInt(CountersFormat.FILE_BYTES_OFFSET) == file.capacity()
            && workers > 0
            && maxInterfaces > 0
            && rowColumns > 0
            && eventColumnCount >= 0
            && (long) rowColumns * Long.BYTES <= rowBytes
            && (long) eventColumnCount * Long.BYTES <= eventRowBytes
            && (maxInterfaces + 1L) * rowBytes <= workerStride
            && Math.max(Math.max(columnsEnd, slotsEnd), Math.max(eventsEnd, rowsEnd))
                <= file.capacity();
    if (!sound) {
      throw damaged(path, "its layout contradicts its length");
    }
  }

  private static CountersFileException damaged(Path path, String how) {
    return new CountersFileException(path + " is damaged: " + how);
  }

  private UnsafeBuffer section(int offsetField, int bytesField) {
    return new UnsafeBuffer(file, getInt(offsetField), getInt(bytesField));
  }

  private int slotOffset(int index) {
    return slotsOffset + index * CountersFormat.SLOT_BYTES;
  }

  private int getInt(int offset) {
    return file.getInt(offset, ByteOrder.LITTLE_ENDIAN);
  }

  private long getLong(int offset) {
    return file.getLong(offset, ByteOrder.LITTLE_ENDIAN);
  }
}
