package dev.heddle.ffi.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.heddle.ffi.linux.generated.Linux;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Runs code inside another network namespace, see setns(2) and network_namespaces(7); needs
 * CAP_SYS_ADMIN. What is created there, such as a socket, stays there and can be used from
 * anywhere.
 *
 * <p>A namespace is a thread's. The code runs on a thread of its own that ends afterwards, so that
 * no thread can be left behind in the wrong namespace.
 */
public final class NetworkNamespace {
  private static final MethodHandle SETNS = Libc.function("setns", JAVA_INT, JAVA_INT, JAVA_INT);

  private NetworkNamespace() {}

  /** Names the namespace that a process lives in. */
  public static Path ofProcess(long pid) {
    return Path.of("/proc", Long.toString(pid), "ns", "net");
  }

  /**
   * Runs the code inside a namespace and returns its result.
   *
   * @param namespace its file, such as {@code /proc/PID/ns/net} or {@code /run/netns/NAME}
   * @throws LinuxException where the namespace cannot be opened or entered
   */
  public static <T> T call(Path namespace, Supplier<T> code) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread visitor =
        Thread.ofPlatform()
            .name("netns-visitor")
            .daemon()
            .start(() -> {
              try {
                enter(namespace);
                result.complete(code.get());
              } catch (Throwable t) {
                result.completeExceptionally(t);
              }
            });
    try {
      T value = result.join();
      return value;
    } catch (CompletionException e) {
      throw Libc.unchecked(e.getCause());
    } finally {
      awaitEnd(visitor);
    }
  }

  private static void enter(Path namespace) {
    int fd = FileDescriptors.openForReading(namespace);
    try {
      if ((int) SETNS.invokeExact(Libc.errnoPlace(), fd, Linux.CLONE_NEWNET()) < 0) {
        throw Libc.failed("enter network namespace " + namespace);
      }
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    } finally {
      FileDescriptors.close(fd);
    }
  }

  /** A namespace lives as long as a thread in it does. */
  private static void awaitEnd(Thread visitor) {
    boolean wasInterrupted = false;
    while (true) {
      try {
        visitor.join();
        break;
      } catch (InterruptedException e) {
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
