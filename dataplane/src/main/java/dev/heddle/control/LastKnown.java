package dev.heddle.control;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the control side knows, as of now; or, where it is busy with a transaction for longer or
 * stuck with a worker, as of the last time. So clients are told just when something is wrong, too.
 */
public final class LastKnown<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LastKnown.class);

  private final String name;
  private final Supplier<T> source;
  private final long patienceMs;
  private final ExecutorService asker;
  private Future<T> asked;
  private T known;

  /**
   * @param name of the thread that asks
   * @param source may block
   * @param first what is known before the source answers
   * @param patienceMs how long to wait for the source
   */
  public LastKnown(String name, Supplier<T> source, T first, long patienceMs) {
    this.name = name;
    this.source = source;
    this.patienceMs = patienceMs;
    known = first;
    asker = Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
  }

  /** As of now if that is to be had in time, else as of before. */
  public synchronized T get() {
    if (asked == null) {
      asked = asker.submit(source::get);
    }
    try {
      known = asked.get(patienceMs, TimeUnit.MILLISECONDS);
      asked = null;
    } catch (TimeoutException e) {
      LOG.atDebug().addKeyValue("for", name).log("the control side is busy; what it knew is told");
    } catch (ExecutionException e) {
      LOG.atWarn()
          .setCause(e.getCause())
          .addKeyValue("for", name)
          .log("the control side does not answer; what it knew is told");
      asked = null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return known;
  }

  @Override
  public void close() {
    asker.shutdownNow();
  }
}
