package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.LinuxException;
import dev.heddle.ffi.linux.Memfd;

/**
 * What the kernel says about a descriptor that a peer passed as a region.
 *
 * @param fd the descriptor
 * @param isMemory whether it is a file in memory at all; of others nothing further is asked, since
 *     their filesystem may be a stranger's
 * @param bytes the file's size, 0 where it is no memory
 * @param isShrinkSealed whether nobody can make it shorter any more
 * @param isHugetlb whether it consists of huge pages
 */
record SharedFile(int fd, boolean isMemory, long bytes, boolean isShrinkSealed, boolean isHugetlb) {
  static SharedFile inspect(int fd) {
    try {
      // The seal is asked for first: the size that is read under it can only grow.
      int seals = Memfd.seals(fd);
      return new SharedFile(
          fd, true, Memfd.bytes(fd), (seals & Memfd.SEAL_SHRINK) != 0, Memfd.isHugetlb(fd));
    } catch (LinuxException e) {
      return new SharedFile(fd, false, 0, false, false);
    }
  }
}
