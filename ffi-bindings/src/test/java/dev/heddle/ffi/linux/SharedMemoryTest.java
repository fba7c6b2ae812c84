package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.memory.Memory;
import java.io.FileInputStream;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedMemoryTest {
  private static final MethodHandle MEMFD_CREATE =
      Libc.function("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);
  private static final int MFD_HUGETLB = 4;
  private static final int BYTES = 3 * 4096;

  private final int file = Memfd.create("shared", BYTES);

  @AfterEach
  void close() {
    FileDescriptors.close(file);
  }

  @Test
  void shouldShareMemoryBetweenTwoMappings() {
    try (SharedMapping one = SharedMapping.of(file, BYTES);
        SharedMapping two = SharedMapping.of(file, BYTES)) {
      one.populate();
      one.excludeFromCoreDump();
      Memory.putLong(one.address() + BYTES - 8, 42);
      assertThat(Memory.getLong(two.address() + BYTES - 8)).isEqualTo(42);
      assertThat(two.segment().get(JAVA_LONG, BYTES - 8)).isEqualTo(42);
      assertThat(two.bytes()).isEqualTo(BYTES);
    }
  }

  @Test
  void shouldKeepTheFileAliveThroughADuplicate() {
    int copy = FileDescriptors.duplicate(file);
    Memfd.resize(file, 100);
    assertThat(copy).isNotEqualTo(file);
    assertThat(Memfd.bytes(copy)).isEqualTo(100);
    FileDescriptors.close(copy);
  }

  @Test
  void shouldHoldTheSealsThatWereAdded() {
    assertThat(Memfd.seals(file)).isZero();
    Memfd.addSeals(file, Memfd.SEAL_SHRINK | Memfd.SEAL_GROW);
    assertThat(Memfd.seals(file)).isEqualTo(Memfd.SEAL_SHRINK | Memfd.SEAL_GROW);
    assertThatThrownBy(() -> Memfd.resize(file, 4096))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("EPERM")
        .hasMessageContaining("to 4096 bytes");
    assertThat(Memfd.bytes(file)).isEqualTo(BYTES);
    Memfd.addSeals(file, Memfd.SEAL_SEAL);
    assertThatThrownBy(() -> Memfd.addSeals(file, Memfd.SEAL_GROW)).hasMessageContaining("EPERM");
  }

  @Test
  void shouldRefuseToTellSealsWhenTheFileIsNotInMemory() throws Exception {
    int event = EventFd.create();
    assertThatThrownBy(() -> Memfd.seals(event)).hasMessageContaining("EINVAL");
    FileDescriptors.close(event);
  }

  @Test
  void shouldKnowHugePagesFromOthers() throws Throwable {
    assertThat(Memfd.isHugetlb(file)).isFalse();
    try (Arena arena = Arena.ofConfined()) {
      int huge =
          (int)
              MEMFD_CREATE.invokeExact(Libc.errnoPlace(), arena.allocateFrom("huge"), MFD_HUGETLB);
      assertThat(huge).as("memfd_create with MFD_HUGETLB").isNotNegative();
      assertThat(Memfd.isHugetlb(huge)).isTrue();
      FileDescriptors.close(huge);
    }
  }

  @Test
  void shouldFailWithAReasonWhenMappingIsImpossible() {
    assertThatThrownBy(() -> SharedMapping.of(file, 0))
        .hasMessageContaining("EINVAL")
        .hasMessageContaining("map 0 bytes");
    assertThatThrownBy(() -> SharedMapping.of(-1, BYTES)).hasMessageContaining("EBADF");
    assertThatThrownBy(() -> FileDescriptors.close(-1)).hasMessageContaining("EBADF");
  }

  @Test
  void shouldUnmapWhenClosed() throws Exception {
    SharedMapping mapping = SharedMapping.of(file, BYTES);
    String start = Long.toHexString(mapping.address());
    assertThat(memoryMap()).contains(start);
    mapping.close();
    mapping.close();
    assertThat(memoryMap()).doesNotContain(start + "-");
  }

  private static String memoryMap() throws Exception {
    try (FileInputStream maps = new FileInputStream("/proc/self/maps")) {
      return new String(maps.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
    }
  }
}
