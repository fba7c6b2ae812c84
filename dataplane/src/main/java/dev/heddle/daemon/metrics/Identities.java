package dev.heddle.daemon.metrics;

import dev.heddle.control.InterfaceIdentity;
import java.util.Map;
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
 * Whose interfaces are, as of now; or, where the control side is busy with a transaction for longer
 * or stuck with a worker, as it was known last. So metrics come just when something is wrong, too.
 */
final class Identities implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Identities.class);
  private static final long PATIENCE_MS = 500;

  private final Supplier<Map<Integer, InterfaceIdentity>> source;
  private final ExecutorService asker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("metrics-identities").daemon().factory());
  private Future<Map<Integer, InterfaceIdentity>> asked;
  private Map<Integer, InterfaceIdentity> known = Map.of();

  /**
   * @param source may block
   */
  Identities(Supplier<Map<Integer, InterfaceIdentity>> source) {
    this.source = source;
  }

  synchronized Map<Integer, InterfaceIdentity> get() {
    if (asked == null) {
      asked = asker.submit(source::get);
    }
    try {
      known = asked.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
      asked = null;
    } catch (TimeoutException e) {
      LOG.debug("the control side is busy; metrics have the labels of before");
    } catch (ExecutionException e) {
      LOG.warn("labels of metrics are those of before", e.getCause());
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
