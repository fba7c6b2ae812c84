package dev.heddle.observe;

import dev.heddle.api.stats.Column;
import dev.heddle.api.stats.CountersFormat;
import dev.heddle.api.stats.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * The daemon's side of the counters file, see {@link CountersFormat}: created anew at each start,
 * mapped and written with plain stores, so that anybody can read it whatever becomes of the daemon.
 *
 * <p>Keep it on a file system in memory such as /run: writing back to a disk would hold up workers.
 */
public final class CountersFile implements AutoCloseable {
  /** Bytes from one of Agrona's counters to the next. */
  static final int COUNTER_BYTES = CountersReader.COUNTER_LENGTH;

  private static final Set<java.nio.file.attribute.PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final UnsafeBuffer file;
  private final CountersLayout layout;
  private final CountersManager counters;
  private final List<Column> eventColumns;
  private final InterfaceSlots slots;
  private final List<WorkerCounters> workerCounters = new ArrayList<>();
  private final AtomicCounter[] daemonCounters = new AtomicCounter[DaemonCounter.values().length];

  private CountersFile(UnsafeBuffer file, CountersLayout layout, List<CountedEvent> events) {
    this.file = file;
    this.layout = layout;
    eventColumns = CountedEvent.columns(events);
    writeHeader();
    writeColumns();
    counters =
        new CountersManager(
            new UnsafeBuffer(file, layout.metadataOffset(), layout.metadataBytes()),
            new UnsafeBuffer(file, layout.valuesOffset(), layout.valuesBytes()),
            StandardCharsets.UTF_8);
    slots = new InterfaceSlots(file, layout, events);
    for (int worker = 0; worker < layout.workers(); worker++) {
      workerCounters.add(allocateWorker(worker));
    }
    for (DaemonCounter counter : DaemonCounter.values()) {
      daemonCounters[counter.ordinal()] = allocate(counter.label(), counter.description());
    }
    touchDepartedRows();
  }

  /**
   * Creates the file, in place of one that an earlier daemon left; who reads that one still sees
   * it.
   *
   * @param workers how many workers count
   * @param maxInterfaces how many interfaces there may be at one time
   * @param events what else is counted for an interface
   * @throws UncheckedIOException if it cannot be created
   */
  public static CountersFile create(
      Path path, int workers, int maxInterfaces, List<CountedEvent> events) {
    CountersLayout layout = new CountersLayout(workers, maxInterfaces, events.size());
    Path unfinished = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.deleteIfExists(unfinished);
      Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      CountersFile created = new CountersFile(map(unfinished, layout.fileBytes()), layout, events);
      created.file.putLongVolatile(CountersFormat.MAGIC_OFFSET, CountersFormat.MAGIC);
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      return created;
    } catch (IOException e) {
      throw new UncheckedIOException("the counters file " + path + " cannot be created", e);
    }
  }

  /** The counters of one worker, for that worker alone. */
  public WorkerCounters worker(int worker) {
    return workerCounters.get(worker);
  }

  /** Address of a row of one worker, for {@link InterfaceCounter}'s methods. */
  public long rowAddress(int worker, int interfaceIndex) {
    return file.addressOffset() + layout.rowOffset(worker, interfaceIndex);
  }

  /** Who gives rows to interfaces. */
  public InterfaceSlots slots() {
    return slots;
  }

  /** A counter of the daemon as a whole; any thread may use it. */
  public AtomicCounter daemon(DaemonCounter counter) {
    return daemonCounters[counter.ordinal()];
  }

  /** Says that the control side is alive; call it about once a second. */
  public void heartbeat() {
    file.putLongVolatile(CountersFormat.HEARTBEAT_MS_OFFSET, System.currentTimeMillis());
  }

  /** Unmaps the file, which stays for readers. No worker may count any more. */
  @Override
  public void close() {
    BufferUtil.free(file);
  }

  private static UnsafeBuffer map(Path path, int bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new UnsafeBuffer(channel.map(MapMode.READ_WRITE, 0, bytes));
    }
  }

  private WorkerCounters allocateWorker(int worker) {
    int first = -1;
    for (WorkerCounter counter : WorkerCounter.values()) {
      int id =
          counters.allocate(
              counter.label() + CountersFormat.LABEL_SEPARATOR + counter.description(),
              CountersFormat.WORKER_COUNTER_TYPE_ID,
              key -> key.putInt(0, worker, ByteOrder.LITTLE_ENDIAN));
      first = counter.ordinal() == 0 ? id : first;
      if (id != first + counter.ordinal()) {
        throw new IllegalStateException("worker counters do not lie side by side");
      }
    }
    long address =
        file.addressOffset() + layout.valuesOffset() + CountersReader.counterOffset(first);
    return new WorkerCounters(
        address,
        rowAddress(worker, 0),
        layout.maxInterfaces() + 1,
        file.addressOffset() + CountersFormat.SEQUENCE_OFFSET);
  }

  private AtomicCounter allocate(String name, String description) {
    return counters.newCounter(
        name + CountersFormat.LABEL_SEPARATOR + description,
        CountersFormat.DAEMON_COUNTER_TYPE_ID,
        key -> {});
  }

  private void writeHeader() {
    putInt(CountersFormat.VERSION_OFFSET, CountersFormat.VERSION);
    putInt(CountersFormat.WORKERS_OFFSET, layout.workers());
    putInt(CountersFormat.MAX_INTERFACES_OFFSET, layout.maxInterfaces());
    putInt(CountersFormat.ROW_COLUMNS_OFFSET, InterfaceCounter.COLUMNS);
    putInt(CountersFormat.EVENT_COLUMNS_OFFSET, layout.eventColumns());
    putInt(CountersFormat.ROW_BYTES_OFFSET, InterfaceCounter.ROW_BYTES);
    putInt(CountersFormat.EVENT_ROW_BYTES_OFFSET, layout.eventRowBytes());
    putInt(CountersFormat.WORKER_STRIDE_OFFSET, layout.workerStride());
    putInt(CountersFormat.COLUMNS_OFFSET, layout.columnsOffset());
    putInt(CountersFormat.SLOTS_OFFSET, layout.slotsOffset());
    putInt(CountersFormat.EVENTS_OFFSET, layout.eventsOffset());
    putInt(CountersFormat.ROWS_OFFSET, layout.rowsOffset());
    putInt(CountersFormat.METADATA_OFFSET, layout.metadataOffset());
    putInt(CountersFormat.METADATA_BYTES_OFFSET, layout.metadataBytes());
    putInt(CountersFormat.VALUES_OFFSET, layout.valuesOffset());
    putInt(CountersFormat.VALUES_BYTES_OFFSET, layout.valuesBytes());
    putInt(CountersFormat.FILE_BYTES_OFFSET, layout.fileBytes());
    ProcessIdentity self = ProcessIdentity.current();
    long nowMs = System.currentTimeMillis();
    putLong(CountersFormat.CREATED_MS_OFFSET, nowMs);
    putLong(CountersFormat.PID_OFFSET, self.pid());
    putLong(CountersFormat.PID_START_TICKS_OFFSET, self.startTicks());
    putLong(CountersFormat.HEARTBEAT_MS_OFFSET, nowMs);
  }

  private void writeColumns() {
    List<Column> columns = new ArrayList<>(InterfaceCounter.columns());
    columns.addAll(eventColumns);
    int entry = layout.columnsOffset();
    for (Column column : columns) {
      putInt(entry + CountersFormat.COLUMN_KIND_OFFSET, column.kind().ordinal());
      putInt(entry + CountersFormat.COLUMN_SIDE_OFFSET, column.side().ordinal());
      CountersFormat.putText(
          file,
          entry + CountersFormat.COLUMN_NAME_OFFSET,
          CountersFormat.COLUMN_NAME_BYTES,
          "counter name",
          column.name());
      CountersFormat.putText(
          file,
          entry + CountersFormat.COLUMN_DESCRIPTION_OFFSET,
          CountersFormat.COLUMN_DESCRIPTION_BYTES,
          "counter description",
          column.description());
      entry += CountersFormat.COLUMN_BYTES;
    }
  }

  /** A file system without room shall say so now and not while a worker counts. */
  private void touchDepartedRows() {
    for (int worker = 0; worker < layout.workers(); worker++) {
      putLong(layout.rowOffset(worker, layout.maxInterfaces()), 0);
    }
  }

  private void putInt(int offset, int value) {
    file.putInt(offset, value, ByteOrder.LITTLE_ENDIAN);
  }

  private void putLong(int offset, long value) {
    file.putLong(offset, value, ByteOrder.LITTLE_ENDIAN);
  }
}
