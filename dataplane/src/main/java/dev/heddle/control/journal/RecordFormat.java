package dev.heddle.control.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A journal's bytes. The file begins with the magic word and the version; records follow, all
 * numbers big-endian:
 *
 * <pre>
 *   0        4        8          12           16
 *   | length | kind   | CRC body | CRC header | body ...
 * </pre>
 *
 * Checksums are CRC-32C (RFC 3720). The header has one of its own, so that a damaged length is not
 * taken for a record that was not written to its end.
 */
final class RecordFormat {
  /** The magic word and the version. */
  static final int FILE_HEADER_BYTES = 12;

  static final int RECORD_HEADER_BYTES = 16;

  /** A part of a transaction, as the contract has it. */
  static final int CHUNK = 1;

  /** Ends a transaction: its revision, 8 bytes, and whether it is the whole state, 1 byte. */
  static final int COMMIT = 2;

  static final int COMMIT_BYTES = Long.BYTES + 1;

  private static final long MAGIC = 0x4845_4444_4c45_4a4eL; // HEDDLEJN
  private static final int VERSION = 1;
  private static final int CHECKED_HEADER_BYTES = 12;

  private RecordFormat() {}

  /**
   * A record's header as it was read.
   *
   * @param isIntact whether its own checksum is right
   */
  record Header(int bytes, int kind, int bodyChecksum, boolean isIntact) {
    boolean fits(byte[] body) {
      return checksum(body, 0, body.length) == bodyChecksum;
    }
  }

  static byte[] fileHeader() {
    return ByteBuffer.allocate(FILE_HEADER_BYTES).putLong(MAGIC).putInt(VERSION).array();
  }

  /** Null where a file begins as it shall, else what is wrong with it. */
  static String wrongWithFileHeader(byte[] header) {
    ByteBuffer read = ByteBuffer.wrap(header);
    if (read.getLong() != MAGIC) {
      return "is no journal";
    }
    int version = read.getInt();
    return version == VERSION
        ? null
        : "is a journal of version " + version + ", and this daemon reads version " + VERSION;
  }

  static void write(RandomAccessFile file, int kind, byte[] body) throws IOException {
    ByteBuffer record =
        ByteBuffer.allocate(RECORD_HEADER_BYTES + body.length)
            .putInt(body.length)
            .putInt(kind)
            .putInt(checksum(body, 0, body.length));
    record.putInt(checksum(record.array(), 0, CHECKED_HEADER_BYTES)).put(body);
    file.write(record.array());
  }

  static Header readHeader(RandomAccessFile file) throws IOException {
    byte[] bytes = new byte[RECORD_HEADER_BYTES];
    file.readFully(bytes);
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int length = header.getInt();
    int kind = header.getInt();
    int bodyChecksum = header.getInt();
    boolean isIntact = header.getInt() == checksum(bytes, 0, CHECKED_HEADER_BYTES) && length >= 0;
    return new Header(length, kind, bodyChecksum, isIntact);
  }

  private static int checksum(byte[] bytes, int from, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, length);
    return (int) checksum.getValue();
  }
}
