package dev.heddle.ffi.pcap;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** The functions of libpcap that {@link PacketFilter} needs; loaded when the first filter is. */
@SuppressWarnings("restricted")
final class PcapLibrary {
  static final String FILE = "libpcap.so.0.8";

  /** A {@code struct bpf_program}: unsigned number of instructions, padding, their address. */
  private static final MemoryLayout BPF_PROGRAM =
      MemoryLayout.structLayout(JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS);

  private static final long INSTRUCTIONS_OFFSET = 8;

  /** A {@code struct bpf_insn}: code, two jump offsets and an operand. */
  private static final long INSTRUCTION_BYTES = 8;

  /** Longest packet that a program says to keep; nobody looks at the number. */
  private static final int SNAP_BYTES = 1 << 18;

  private static final int OPTIMISED = 1;

  /** PCAP_NETMASK_UNKNOWN: "ip broadcast" is then refused. */
  private static final int NETMASK_UNKNOWN = -1;

  private static final long LONGEST_ERROR_BYTES = 256;

  private static final MethodHandle OPEN_DEAD =
      function("pcap_open_dead", FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle COMPILE =
      function(
          "pcap_compile",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle GET_ERROR =
      function("pcap_geterr", FunctionDescriptor.of(ADDRESS, ADDRESS));
  private static final MethodHandle FREE_CODE =
      function("pcap_freecode", FunctionDescriptor.ofVoid(ADDRESS));
  private static final MethodHandle CLOSE =
      function("pcap_close", FunctionDescriptor.ofVoid(ADDRESS));

  /** Called for each packet; it takes nanoseconds and never blocks. */
  private static final MethodHandle FILTER =
      function(
          "bpf_filter",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT),
          Linker.Option.critical(false));

  private PcapLibrary() {}

  /** The instructions of an expression, copied into the arena. */
  static MemorySegment compile(String expression, int linkType, Arena arena) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment handle = (MemorySegment) OPEN_DEAD.invokeExact(linkType, SNAP_BYTES);
      try {
        return compile(expression, handle, scratch, arena);
      } finally {
        CLOSE.invokeExact(handle);
      }
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static MemorySegment compile(
      String expression, MemorySegment handle, Arena scratch, Arena arena) throws Throwable {
    MemorySegment program = scratch.allocate(BPF_PROGRAM);
    MemorySegment text = scratch.allocateFrom(expression);
    int status = (int) COMPILE.invokeExact(handle, program, text, OPTIMISED, NETMASK_UNKNOWN);
    if (status != 0) {
      MemorySegment error = (MemorySegment) GET_ERROR.invokeExact(handle);
      throw new FilterException(error.reinterpret(LONGEST_ERROR_BYTES).getString(0));
    }
    try {
      long bytes = Integer.toUnsignedLong(program.get(JAVA_INT, 0)) * INSTRUCTION_BYTES;
      MemorySegment instructions = arena.allocate(bytes, INSTRUCTION_BYTES);
      instructions.copyFrom(program.get(ADDRESS, INSTRUCTIONS_OFFSET).reinterpret(bytes));
      return instructions;
    } finally {
      FREE_CODE.invokeExact(program);
    }
  }

  /** What the program returns for a packet: 0 if it is not meant. */
  static int run(MemorySegment program, long packet, int packetBytes, int presentBytes) {
    try {
      return (int) FILTER.invokeExact(program, packet, packetBytes, presentBytes);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static MethodHandle function(
      String name, FunctionDescriptor signature, Linker.Option... options) {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup(FILE, Arena.global()).findOrThrow(name), signature, options);
  }

  private static RuntimeException unchecked(Throwable thrown) {
    return switch (thrown) {
      case Error error -> throw error;
      case RuntimeException exception -> exception;
      default -> new IllegalStateException(thrown);
    };
  }
}
