package dev.heddle.api.stats;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The counters file: what the daemon writes and anybody may read, whether it runs or not.
 *
 * <p>All numbers are little-endian and aligned to their size. Sections start at page boundaries, at
 * the offsets that the header names:
 *
 * <pre>
 * header     magic, version, who wrote it, where the sections are
 * columns    {@link #COLUMN_BYTES} each: the columns of a traffic row, then those of an event row
 * slots      {@link #SLOT_BYTES} each, by interface index: generation, name and network
 * events     a row of longs by interface index, written by the control side
 * rows       for each worker in turn a row of longs by interface index, written by that worker
 * metadata   Agrona's counters: labels of the worker's and the daemon's own counters
 * values     Agrona's counters: their values
 * </pre>
 *
 * In events and rows, one further row after the last interface holds the sums of the interfaces
 * that are gone, so that totals stay whole. In events, yet another one after that is for what no
 * interface can be named for. The file is sparse: unused rows take no memory.
 *
 * <p>While slots change, the sequence number in the header is odd; a reader that finds it odd or
 * changed reads again. Counting does not touch it.
 */
public final class CountersFormat {
  /** "HEDDLECT" as its bytes stand in the file. */
  public static final long MAGIC = 0x5443_454c_4444_4548L;

  /** Readers refuse any other version. */
  public static final int VERSION = 1;

  public static final int PAGE_BYTES = 4096;
  public static final int HEADER_BYTES = PAGE_BYTES;

  /** Long; written last, so that a file with it is complete. */
  public static final int MAGIC_OFFSET = 0;

  public static final int VERSION_OFFSET = 8;
  public static final int WORKERS_OFFSET = 12;
  public static final int MAX_INTERFACES_OFFSET = 16;

  /** Columns of a traffic row. */
  public static final int ROW_COLUMNS_OFFSET = 20;

  /** Columns of an event row. */
  public static final int EVENT_COLUMNS_OFFSET = 24;

  public static final int ROW_BYTES_OFFSET = 28;
  public static final int EVENT_ROW_BYTES_OFFSET = 32;

  /** Bytes from one worker's first row to the next worker's. */
  public static final int WORKER_STRIDE_OFFSET = 36;

  public static final int COLUMNS_OFFSET = 40;
  public static final int SLOTS_OFFSET = 44;
  public static final int EVENTS_OFFSET = 48;
  public static final int ROWS_OFFSET = 52;
  public static final int METADATA_OFFSET = 56;
  public static final int METADATA_BYTES_OFFSET = 60;
  public static final int VALUES_OFFSET = 64;
  public static final int VALUES_BYTES_OFFSET = 68;
  public static final int FILE_BYTES_OFFSET = 72;

  /** Long, milliseconds since 1970. */
  public static final int CREATED_MS_OFFSET = 80;

  public static final int PID_OFFSET = 88;

  /** Long, the process's start in clock ticks since boot, so that a reused pid is recognised. */
  public static final int PID_START_TICKS_OFFSET = 96;

  /** Long, milliseconds since 1970; the control side renews it about once a second. */
  public static final int HEARTBEAT_MS_OFFSET = 128;

  /** Long; odd while slots change. */
  public static final int SEQUENCE_OFFSET = 192;

  public static final int COLUMN_BYTES = 256;
  public static final int COLUMN_KIND_OFFSET = 0;
  public static final int COLUMN_SIDE_OFFSET = 4;
  public static final int COLUMN_NAME_OFFSET = 8;
  public static final int COLUMN_NAME_BYTES = 48;
  public static final int COLUMN_DESCRIPTION_OFFSET = 56;
  public static final int COLUMN_DESCRIPTION_BYTES = 200;

  public static final int SLOT_BYTES = 1024;

  /** Long; grows with each claim of the slot. */
  public static final int SLOT_GENERATION_OFFSET = 0;

  /** Int, 1 while an interface has the slot. */
  public static final int SLOT_CLAIMED_OFFSET = 8;

  public static final int SLOT_NAME_OFFSET = 64;
  public static final int SLOT_NETWORK_OFFSET = 544;

  /** Bytes of a slot's name or network: their length in four bytes, then UTF-8. */
  public static final int SLOT_TEXT_BYTES = 480;

  /** Agrona type id of a worker's counter; its key is the worker's number as an int. */
  public static final int WORKER_COUNTER_TYPE_ID = 1;

  /** Agrona type id of a counter of the daemon as a whole. */
  public static final int DAEMON_COUNTER_TYPE_ID = 2;

  /** Between a counter's name and its description in an Agrona label. */
  public static final String LABEL_SEPARATOR = ": ";

  private CountersFormat() {}

  /** Rounds up to a whole page. */
  public static long pageAligned(long bytes) {
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  }

  /**
   * Writes text as its length in four bytes and then UTF-8.
   *
   * @throws IllegalArgumentException if it takes more than {@code maxBytes} with its length
   */
  public static void putText(
      MutableDirectBuffer buffer, int offset, int maxBytes, String what, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > maxBytes - Integer.BYTES) {
      throw new IllegalArgumentException(
          what
              + " \""
              + text
              + "\" takes "
              + bytes.length
              + " bytes; use at most "
              + (maxBytes - Integer.BYTES));
    }
    buffer.putInt(offset, bytes.length, ByteOrder.LITTLE_ENDIAN);
    buffer.putBytes(offset + Integer.BYTES, bytes);
  }

  /** Reads what {@link #putText} wrote; a length that cannot be true is cut to what fits. */
  static String getText(DirectBuffer buffer, int offset, int maxBytes) {
    int length = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
    byte[] bytes = new byte[Math.clamp(length, 0, maxBytes - Integer.BYTES)];
    buffer.getBytes(offset + Integer.BYTES, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
