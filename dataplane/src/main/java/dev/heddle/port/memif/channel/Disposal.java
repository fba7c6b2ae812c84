package dev.heddle.port.memif.channel;

import dev.heddle.ffi.linux.FileDescriptors;
import dev.heddle.ffi.linux.LinuxException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what a peer may have made slow to close. close(2) calls into the file's own filesystem or
 * protocol: a file of the peer's own FUSE server, or a TCP socket that lingers, holds up whoever
 * closes it for as long as the peer likes. The same goes for a control socket, in whose queue such
 * files may still wait.
 *
 * <p>Each listening socket and each client has its own, so that a peer that plays this trick holds
 * up only its own successors. The thread exists only while there is something to close.
 */
final class Disposal implements AutoCloseable {
  /** With more than this waiting, nothing more should be accepted from the peer. */
  private static final int MANY_WAITING = 64;

  private static final Logger LOG = LoggerFactory.getLogger(Disposal.class);
  private static final long IDLE_SECONDS = 1;

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().name("memif-disposal").daemon().factory());

  Disposal() {
    executor.allowCoreThreadTimeOut(true);
  }

  /** Whether closing does not keep up, most likely because it hangs. */
  boolean isBehind() {
    return executor.getQueue().size() > MANY_WAITING;
  }

  void close(int fd) {
    run(() -> FileDescriptors.close(fd));
  }

  /** Runs code that closes something, later. */
  void run(Runnable closing) {
    executor.execute(() -> {
      try {
        closing.run();
      } catch (LinuxException e) {
        LOG.warn("memif: something from a peer could not be closed", e);
      }
    });
  }

  /** Takes nothing new; what was given before is still closed. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
