package dev.heddle.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Takes everything down in the reverse order, once: at the end, or when the demonstration is
 * interrupted.
 */
final class Cleanup implements AutoCloseable {
  private final Deque<AutoCloseable> steps = new ArrayDeque<>();
  private final Thread hook = new Thread(this::interrupt, "cleanup");
  private boolean closed;
  private volatile boolean interrupted;

  Cleanup() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Registers what is to be closed; at once, if everything was taken down meanwhile. */
  synchronized <T extends AutoCloseable> T add(T step) {
    steps.push(step);
    if (closed) {
      takeDown();
    }
    return step;
  }

  @Override
  public void close() {
    takeDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The hook runs already.
    }
  }

  /** Whether everything was taken down because the process is to end. */
  boolean interrupted() {
    return interrupted;
  }

  private void interrupt() {
    interrupted = true;
    takeDown();
    endChildren();
  }

  /** Ends what no step stands for: a short program that is being waited for, such as a ping. */
  private static void endChildren() {
    ProcessHandle.current()
        .children()
        .forEach(child -> {
          child.destroyForcibly();
          child.onExit().join();
        });
  }

  private synchronized void takeDown() {
    closed = true;
    while (!steps.isEmpty()) {
      try {
        steps.pop().close();
      } catch (Exception e) {
        System.err.println("cleanup: " + e);
      }
    }
  }
}
