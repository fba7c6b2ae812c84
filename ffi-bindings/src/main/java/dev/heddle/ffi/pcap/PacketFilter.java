package dev.heddle.ffi.pcap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * A filter such as {@code tcp port 80} in the language of pcap-filter(7), compiled once. Any thread
 * may ask it while its arena lives; asking allocates nothing.
 */
public final class PacketFilter {
  /** Frames begin with an Ethernet header (DLT_EN10MB). */
  public static final int ETHERNET = 1;

  /** Packets begin with an IP header (DLT_RAW). */
  public static final int RAW_IP = 12;

  /** What it takes to say anything sensible; libpcap's parser knows no limit of its own. */
  private static final int MAX_EXPRESSION_CHARS = 2048;

  private final MemorySegment program;

  private PacketFilter(MemorySegment program) {
    this.program = program;
  }

  /**
   * Compiles an expression.
   *
   * @param linkType {@link #ETHERNET} or {@link #RAW_IP}
   * @param arena has the program and must outlive every use
   * @throws FilterException if it makes no sense, or if libpcap is not installed
   */
  public static PacketFilter compile(String expression, int linkType, Arena arena) {
    if (expression.length() > MAX_EXPRESSION_CHARS) {
      throw new FilterException("longer than " + MAX_EXPRESSION_CHARS + " characters");
    }
    if (expression.chars().anyMatch(Character::isISOControl)) {
      throw new FilterException("has control characters");
    }
    requireLibrary();
    return new PacketFilter(PcapLibrary.compile(expression, linkType, arena));
  }

  @SuppressWarnings("restricted")
  private static void requireLibrary() {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(PcapLibrary.FILE, arena);
    } catch (IllegalArgumentException _) {
      throw new FilterException(
          PcapLibrary.FILE + " cannot be loaded; install the Debian package libpcap0.8");
    }
  }

  /**
   * Whether a packet is one of those meant.
   *
   * @param packet native address of private memory, whose first {@code presentBytes} are there
   * @param packetBytes how long the packet was before it was cut off
   */
  public boolean matches(long packet, int packetBytes, int presentBytes) {
    return PcapLibrary.run(program, packet, packetBytes, presentBytes) != 0;
  }
}
