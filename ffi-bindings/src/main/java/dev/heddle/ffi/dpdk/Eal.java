package dev.heddle.ffi.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.heddle.ffi.dpdk.generated.Dpdk;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * DPDK's environment (EAL): its memory, drivers and threads. A process starts it once; it stays
 * until the process ends. Any thread may call these methods.
 */
public final class Eal {
  private static final int NO_LCORE = -1;

  private static SymbolLookup library;

  private Eal() {}

  /** What is missing on this machine and how to get it; empty where DPDK is installed. */
  public static Optional<String> missing() {
    return DpdkLibraries.missing();
  }

  /**
   * The version of the DPDK that is installed, such as {@code DPDK 22.11.4}.
   *
   * @throws DpdkException where there is none
   */
  public static String version() {
    missing()
        .ifPresent(message -> {
          throw new DpdkException(message);
        });
    return Calls.text(Dpdk.rte_version());
  }

  /**
   * Starts the environment, unless this process did before: then the arguments are not looked at.
   *
   * <p>DPDK pins the thread that starts it, and all that it starts then; so it gets one of its own.
   *
   * @param arguments as {@code rte_eal_init} takes them, without the program's name
   * @throws DpdkException if DPDK is not installed, has another version, or does not start with
   *     these arguments; the log on standard error says more
   */
  public static synchronized void start(List<String> arguments) {
    if (library != null) {
      return;
    }
    String version = version();
    if (!version.startsWith("DPDK " + DpdkLibraries.RELEASE + ".")) {
      throw new DpdkException(
          version + " is installed, and Heddle needs DPDK " + DpdkLibraries.RELEASE);
    }
    library = DpdkLibraries.eal();
    CompletableFuture<Void> started = new CompletableFuture<>();
    Thread starter =
        new Thread(
            () -> {
              try {
                initialise(arguments);
                started.complete(null);
              } catch (RuntimeException e) {
                started.completeExceptionally(e);
              }
            },
            "dpdk-start");
    starter.start();
    try {
      started.join();
    } catch (CompletionException e) {
      library = null;
      throw new DpdkException(e.getCause().getMessage());
    }
  }

  /** Whether this process has started it. */
  public static synchronized boolean isStarted() {
    return library != null;
  }

  private static void initialise(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.addFirst("heddled");
    // DPDK keeps pointers into its arguments.
    Arena arena = Arena.global();
    MemorySegment pointers = arena.allocate(ADDRESS, all.size() + 1L);
    for (int i = 0; i < all.size(); i++) {
      pointers.setAtIndex(ADDRESS, i, arena.allocateFrom(all.get(i)));
    }
    if (Dpdk.rte_eal_init(all.size(), pointers) < 0) {
      String attempted = "start DPDK with '" + String.join(" ", arguments) + "'";
      throw new DpdkException(attempted, lastError());
    }
  }

  /**
   * Makes DPDK know the calling thread, so that it has caches of packet buffers.
   *
   * @throws DpdkException where DPDK knows as many threads as it can
   */
  public static void registerThread() {
    if (Dpdk.rte_thread_register() < 0) {
      throw new DpdkException("register a thread with DPDK", lastError());
    }
  }

  /** Makes DPDK forget the calling thread. */
  public static void unregisterThread() {
    Dpdk.rte_thread_unregister();
  }

  /** Whether DPDK knows the calling thread. */
  public static boolean isThreadRegistered() {
    return lcore() != NO_LCORE;
  }

  /** DPDK's number for the calling thread; -1 where it does not know it. */
  static int lcore() {
    return threadVariable("per_lcore__lcore_id");
  }

  /** Why the calling thread's last function failed that returns no error number itself. */
  static int lastError() {
    return threadVariable("per_lcore__rte_errno");
  }

  private static int threadVariable(String name) {
    return Calls.threadVariable(library, name);
  }
}
