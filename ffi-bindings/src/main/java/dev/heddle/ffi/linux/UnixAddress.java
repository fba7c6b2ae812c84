package dev.heddle.ffi.linux;

import dev.heddle.ffi.linux.generated.Linux;
import dev.heddle.ffi.linux.generated.sockaddr_un;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The name of a Unix socket, see unix(7): a path in the filesystem, or an abstract name, which
 * belongs to a network namespace and disappears with its last socket.
 *
 * @param name path or abstract name, without the NUL character that begins an abstract one
 * @param isAbstract which of the two it is
 */
public record UnixAddress(String name, boolean isAbstract) {
  private static final int NAME_OFFSET = (int) sockaddr_un.sun_path$offset();

  /** Longest name in bytes: one byte goes to the NUL at the end of a path or before a name. */
  public static final int MAX_NAME_BYTES = (int) sockaddr_un.sun_path$layout().byteSize() - 1;

  public UnixAddress {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "Unix socket name \"%s\" has %d bytes: it must have 1 to %d"
              .formatted(name, bytes, MAX_NAME_BYTES));
    }
    if (name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("Unix socket name contains a NUL character: remove it");
    }
  }

  public static UnixAddress ofPath(Path path) {
    return new UnixAddress(path.toString(), false);
  }

  public static UnixAddress ofAbstract(String name) {
    return new UnixAddress(name, true);
  }

  /** The {@code sockaddr_un}, exactly as long as the name needs. */
  MemorySegment toNative(SegmentAllocator allocator) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    MemorySegment address = sockaddr_un.allocate(allocator).fill((byte) 0);
    sockaddr_un.sun_family(address, (short) Linux.AF_UNIX());
    int start = NAME_OFFSET + (isAbstract ? 1 : 0);
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, address, start, bytes.length);
    return address.asSlice(0, NAME_OFFSET + 1 + bytes.length);
  }

  /** As tools such as ss(8) write it: an abstract name begins with an at sign. */
  @Override
  public String toString() {
    return isAbstract ? "@" + name : name;
  }
}
