package dev.heddle.port.dpdk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Capture files in libpcap's classic format, as DPDK's net_pcap reads and writes them. */
public final class PcapFile {
  private static final int MAGIC = 0xa1b2_c3d4;
  private static final int FILE_HEADER_BYTES = 24;
  private static final int RECORD_HEADER_BYTES = 16;
  private static final int SNAP_BYTES = 65535;
  private static final int ETHERNET = 1;

  private PcapFile() {}

  static void write(Path file, List<byte[]> frames) throws IOException {
    int bytes = FILE_HEADER_BYTES;
    for (byte[] frame : frames) {
      bytes += RECORD_HEADER_BYTES + frame.length;
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
    buffer.putInt(SNAP_BYTES).putInt(ETHERNET);
    for (byte[] frame : frames) {
      buffer.putInt(0).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
    }
    Files.write(file, buffer.array());
  }

  public static List<byte[]> read(Path file) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    buffer.position(FILE_HEADER_BYTES);
    List<byte[]> frames = new ArrayList<>();
    while (buffer.hasRemaining()) {
      buffer.getLong();
      byte[] frame = new byte[buffer.getInt()];
      buffer.getInt();
      buffer.get(frame);
      frames.add(frame);
    }
    return frames;
  }
}
