package dev.heddle.control.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.heddle.api.v1.Transaction;
import dev.heddle.control.journal.RecordFormat.Header;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a journal from its beginning to the end of its last whole transaction. */
final class JournalReader {
  private final RandomAccessFile file;
  private final Path path;

  /** Behind the last whole transaction. */
  private long end = RecordFormat.FILE_HEADER_BYTES;

  /**
   * @param file open at its beginning
   * @param path to be named in errors
   */
  JournalReader(RandomAccessFile file, Path path) {
    this.file = file;
    this.path = path;
  }

  /** Reads what the file begins with. */
  void begin() throws IOException {
    byte[] header = new byte[RecordFormat.FILE_HEADER_BYTES];
    file.readFully(header);
    String wrong = RecordFormat.wrongWithFileHeader(header);
    if (wrong != null) {
      throw new JournalException(
          path + " " + wrong + "; move it away to begin with nothing, or start what wrote it",
          null);
    }
  }

  /**
   * The next transaction; null behind the last whole one, after which there may be the beginning of
   * one that was not acknowledged.
   *
   * @throws JournalException where bytes are not what was written
   */
  JournalEntry next() throws IOException {
    List<Transaction> chunks = new ArrayList<>();
    long length = file.length();
    while (length - file.getFilePointer() >= RecordFormat.RECORD_HEADER_BYTES) {
      long at = file.getFilePointer();
      Header header = RecordFormat.readHeader(file);
      if (!header.isIntact()) {
        throw damaged(at, null);
      }
      if (length - file.getFilePointer() < header.bytes()) {
        return null;
      }
      byte[] body = new byte[header.bytes()];
      file.readFully(body);
      if (!header.fits(body)) {
        throw damaged(at, null);
      }
      if (header.kind() == RecordFormat.COMMIT && body.length == RecordFormat.COMMIT_BYTES) {
        end = file.getFilePointer();
        ByteBuffer commit = ByteBuffer.wrap(body);
        return new JournalEntry(commit.getLong(), commit.get() != 0, chunks);
      }
      chunks.add(chunk(at, header, body));
    }
    return null;
  }

  private Transaction chunk(long at, Header header, byte[] body) {
    if (header.kind() != RecordFormat.CHUNK) {
      throw damaged(at, null);
    }
    try {
      return Transaction.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw damaged(at, e);
    }
  }

  private JournalException damaged(long at, Exception cause) {
    return new JournalException(
        "%s is damaged at byte %d; move it away to begin with nothing".formatted(path, at), cause);
  }

  long end() {
    return end;
  }
}
