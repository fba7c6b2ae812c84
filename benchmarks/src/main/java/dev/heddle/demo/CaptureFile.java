package dev.heddle.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Capture files in libpcap's classic format, little-endian, of Ethernet frames. */
final class CaptureFile {
  private static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
  private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
  private static final int HEADER_BYTES = 24;
  private static final int RECORD_HEADER_BYTES = 16;
  private static final int SNAPSHOT_BYTES = 65_535;
  private static final int LINK_TYPE_ETHERNET = 1;

  private CaptureFile() {}

  static void write(Path path, List<byte[]> frames) {
    int bytes = HEADER_BYTES + frames.stream().mapToInt(f -> RECORD_HEADER_BYTES + f.length).sum();
    ByteBuffer file = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(MAGIC_MICROSECONDS).putShort((short) 2).putShort((short) 4);
    file.putInt(0).putInt(0).putInt(SNAPSHOT_BYTES).putInt(LINK_TYPE_ETHERNET);
    for (byte[] frame : frames) {
      file.putInt(0).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
    }
    try {
      Files.write(path, file.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The frames of a file. A record that is cut off at its end was not written yet; in a file
   * without a single packet, that goes for the header too.
   */
  static List<byte[]> read(Path path) {
    ByteBuffer file;
    try {
      file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!file.hasRemaining()) {
      return List.of();
    }
    int magic = file.remaining() < HEADER_BYTES ? 0 : file.getInt(0);
    if (magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS) {
      throw new DemoException(path + " is no capture file");
    }
    file.position(HEADER_BYTES);
    List<byte[]> frames = new ArrayList<>();
    while (file.remaining() >= RECORD_HEADER_BYTES) {
      int length = file.getInt(file.position() + 8);
      file.position(file.position() + RECORD_HEADER_BYTES);
      if (file.remaining() < length) {
        break;
      }
      byte[] frame = new byte[length];
      file.get(frame);
      frames.add(frame);
    }
    return frames;
  }
}
