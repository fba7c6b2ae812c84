package dev.heddle.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.agrona.DirectBuffer;

/**
 * Writes a capture file that tcpdump and Wireshark read: pcapng with one section and one interface,
 * after the IETF's draft-ietf-opsawg-pcapng. Used by one thread.
 *
 * <p>The file ends with a whole block whenever {@link #flush} has returned, even if it failed.
 */
public final class PcapngFile implements AutoCloseable {
  /** LINKTYPE_ETHERNET. */
  public static final int ETHERNET = 1;

  /** LINKTYPE_RAW: packets begin with their IP header. */
  public static final int RAW_IP = 101;

  private static final int SECTION_HEADER = 0x0A0D0D0A;
  private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int INTERFACE_STATISTICS = 5;
  private static final int ENHANCED_PACKET = 6;

  private static final int END_OF_OPTIONS = 0;
  private static final int COMMENT = 1;
  private static final int SHB_USER_APPLICATION = 4;
  private static final int IF_NAME = 2;
  private static final int IF_DESCRIPTION = 3;
  private static final int IF_TIMESTAMP_RESOLUTION = 9;
  private static final int IF_FILTER = 11;
  private static final int EPB_FLAGS = 2;
  private static final int ISB_RECEIVED = 4;
  private static final int ISB_DROPPED = 5;

  /** In {@link #IF_FILTER}: the filter is text for libpcap. */
  private static final byte FILTER_IS_TEXT = 0;

  /** Timestamps count in units of ten to the power of minus nine seconds. */
  private static final byte NANOSECONDS = 9;

  private static final int BUFFER_BYTES = 1 << 18;

  /** A block's head, tail and options besides text and packet. */
  private static final int MAX_BLOCK_OVERHEAD_BYTES = 1 << 10;

  private static final DropReason[] REASONS = DropReason.values();

  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long packets;

  /** Where the file ends with a whole block. */
  private long wholeBytes;

  private PcapngFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Creates a file, which only its owner can read.
   *
   * @param linkType {@link #ETHERNET} or {@link #RAW_IP}
   * @param filter what chose the packets; empty if nothing did
   * @throws IOException if it is there already or cannot be created
   */
  public static PcapngFile create(
      Path path,
      String program,
      int linkType,
      int snapBytes,
      String interfaceName,
      String description,
      String filter)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    PcapngFile file = new PcapngFile(channel);
    file.writeSection(program);
    file.writeInterface(linkType, snapBytes, interfaceName, description, filter);
    return file;
  }

  private void writeSection(String program) {
    int start = begin(SECTION_HEADER);
    buffer.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
    option(SHB_USER_APPLICATION, program);
    end(start);
  }

  private void writeInterface(
      int linkType, int snapBytes, String name, String description, String filter) {
    int start = begin(INTERFACE_DESCRIPTION);
    buffer.putShort((short) linkType).putShort((short) 0).putInt(snapBytes);
    option(IF_NAME, name);
    option(IF_DESCRIPTION, description);
    option(IF_TIMESTAMP_RESOLUTION, new byte[] {NANOSECONDS});
    if (!filter.isEmpty()) {
      byte[] text = filter.getBytes(StandardCharsets.UTF_8);
      option(IF_FILTER, ByteBuffer.allocate(1 + text.length).put(FILTER_IS_TEXT).put(text).array());
    }
    end(start);
  }

  /**
   * Adds a packet, as {@link CaptureRing.Reader} gets it.
   *
   * @throws IOException if the file system takes no more; what was added before is in the file
   */
  public void add(
      long timeNs,
      int direction,
      int reason,
      DirectBuffer packet,
      int offset,
      int presentBytes,
      int packetBytes)
      throws IOException {
    if (buffer.remaining() < presentBytes + MAX_BLOCK_OVERHEAD_BYTES) {
      flush();
    }
    int start = begin(ENHANCED_PACKET);
    buffer.putInt(0).putInt((int) (timeNs >>> 32)).putInt((int) timeNs);
    buffer.putInt(presentBytes).putInt(packetBytes);
    packet.getBytes(offset, buffer, presentBytes);
    pad();
    option(EPB_FLAGS, number(direction));
    if (reason >= 0) {
      option(COMMENT, comment(REASONS[reason]));
    }
    end(start);
    packets++;
  }

  /** What a dropped packet's comment says. */
  static String comment(DropReason reason) {
    return "dropped: " + reason.label() + " (" + reason.description() + ")";
  }

  /**
   * Tells at the end how many packets were stored and how many were lost because they came faster.
   */
  public void finish(long timeNs, long lost) throws IOException {
    if (buffer.remaining() < MAX_BLOCK_OVERHEAD_BYTES) {
      flush();
    }
    int start = begin(INTERFACE_STATISTICS);
    buffer.putInt(0).putInt((int) (timeNs >>> 32)).putInt((int) timeNs);
    option(ISB_RECEIVED, number(packets + lost));
    option(ISB_DROPPED, number(lost));
    end(start);
    flush();
  }

  /** Packets in the file and in the buffer. */
  public long packets() {
    return packets;
  }

  /**
   * Writes what is in the buffer to the file.
   *
   * @throws IOException if the file system takes no more: the buffer's packets are then left out
   */
  public void flush() throws IOException {
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      wholeBytes = channel.position();
    } catch (IOException e) {
      channel.truncate(wholeBytes);
      throw e;
    } finally {
      buffer.clear();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Starts a block; returns where. */
  private int begin(int type) {
    int start = buffer.position();
    buffer.putInt(type).putInt(0);
    return start;
  }

  /** Ends a block by its length, which stands at both its ends. */
  private void end(int start) {
    buffer.putShort((short) END_OF_OPTIONS).putShort((short) 0);
    int bytes = buffer.position() + Integer.BYTES - start;
    buffer.putInt(bytes);
    buffer.putInt(start + Integer.BYTES, bytes);
  }

  private void option(int code, String text) {
    option(code, text.getBytes(StandardCharsets.UTF_8));
  }

  private void option(int code, byte[] value) {
    buffer.putShort((short) code).putShort((short) value.length).put(value);
    pad();
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  private void pad() {
    while (buffer.position() % Integer.BYTES != 0) {
      buffer.put((byte) 0);
    }
  }
}
