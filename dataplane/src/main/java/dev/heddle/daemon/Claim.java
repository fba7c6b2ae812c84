package dev.heddle.daemon;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Keeps a path to this daemon alone, by a locked file beside it. The kernel gives the lock up
 * however the daemon ends; the file stays.
 */
final class Claim implements AutoCloseable {
  private static final FileAttribute<?> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final FileChannel lock;

  private Claim(FileChannel lock) {
    this.lock = lock;
  }

  /**
   * Claims a path, whose directory is created if it is not there.
   *
   * @param option the option that names it
   * @throws StartException if another daemon has it, or it cannot be had at all
   */
  static Claim of(Path path, String option) {
    Path absolute = path.toAbsolutePath();
    try {
      if (!Files.isDirectory(absolute.getParent())) {
        Files.createDirectories(absolute.getParent(), PRIVATE_DIRECTORY);
      }
      FileChannel lock =
          FileChannel.open(
              absolute.resolveSibling(absolute.getFileName() + ".lock"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PRIVATE_FILE);
      if (tryLock(lock)) {
        return new Claim(lock);
      }
      lock.close();
    } catch (IOException e) {
      throw new StartException(
          option + " " + path + ": " + e + "; choose a path that this user may create", e);
    }
    throw new StartException(
        option + " " + path + ": another daemon uses it; stop that one or choose another path");
  }

  private static boolean tryLock(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // by this very process
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
