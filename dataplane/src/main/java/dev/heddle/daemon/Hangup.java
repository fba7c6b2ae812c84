package dev.heddle.daemon;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Takes SIGHUP. The JVM hands signals to programs only by classes of sun.misc, which the module
 * jdk.unsupported exports for good; the compiler warns of naming them whatever it is told, so they
 * are named as texts.
 */
final class Hangup {
  private Hangup() {}

  /**
   * Runs {@code code} at each SIGHUP, on a thread of its own, instead of the process's end.
   *
   * @throws IllegalStateException if the JVM keeps the signal to itself
   */
  static void onEach(Runnable code) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handler);
      Object running =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                code.run();
                return null;
              });
      handle.invoke(null, signal.getConstructor(String.class).newInstance("HUP"), running);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIGHUP cannot be taken", e);
    }
  }
}
