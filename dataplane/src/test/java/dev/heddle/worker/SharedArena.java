package dev.heddle.worker;

import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.Memfd;
import dev.heddle.ffi.linux.SharedMapping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Gives out one piece of memory that is shared with a file, and takes it away at will. */
final class SharedArena implements Arena {
  private final Arena scope = Arena.ofShared();
  private int fd;
  private SharedMapping mapping;

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    fd = Memfd.create("heddle-test", byteSize);
    mapping = SharedMapping.of(fd, byteSize);
    return mapping.segment();
  }

  /** Makes the file empty: whoever touches the mapping gets SIGBUS. */
  void takeAway() {
    Memfd.resize(fd, 0);
  }

  /** Takes away all but the first bytes. */
  void takeAwayFrom(long bytes) {
    Memfd.resize(fd, bytes);
  }

  @Override
  public MemorySegment.Scope scope() {
    return scope.scope();
  }

  @Override
  public void close() {
    mapping.close();
    FileDescriptors.close(fd);
    scope.close();
  }
}
