package dev.heddle.hostile;

/** Runs something again and again on a thread of its own: a pod that changes what it has shared. */
final class Flipper implements AutoCloseable {
  private final Thread thread;
  private volatile boolean isStopping;
  private volatile long rounds;

  Flipper(Runnable change) {
    thread =
        Thread.ofPlatform()
            .name("flipper")
            .start(() -> {
              long done = 0;
              while (!isStopping) {
                change.run();
                rounds = ++done;
              }
            });
  }

  /** Waits until it has changed everything many times more. */
  void awaitMore(long changes) {
    long before = rounds;
    Await.until("memory is changed", () -> rounds - before >= changes);
  }

  @Override
  public void close() {
    isStopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
