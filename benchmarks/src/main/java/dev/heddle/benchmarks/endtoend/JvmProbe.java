package dev.heddle.benchmarks.endtoend;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks into a running daemon's JVM from outside: allocation of a thread, live heap, resident set.
 */
final class JvmProbe implements AutoCloseable {
  private static final long SETTLED_NS = 15_000_000_000L;
  private static final long POLL_NS = 200_000_000L;

  /** A resident set that lost less than a hundredth has not shrunk. */
  private static final double SHRUNK = 0.99;

  private final long pid;
  private final JMXConnector connector;
  private final ThreadMXBean threads;
  private final MBeanServerConnection connection;

  private JvmProbe(long pid, JMXConnector connector) throws IOException {
    this.pid = pid;
    this.connector = connector;
    connection = connector.getMBeanServerConnection();
    threads =
        ManagementFactory.newPlatformMXBeanProxy(
            connection, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
  }

  /** Attaches to a process of the same user. */
  static JvmProbe attach(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        JMXServiceURL url = new JMXServiceURL(machine.startLocalManagementAgent());
        return new JvmProbe(pid, JMXConnectorFactory.connect(url));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException(e);
    }
  }

  /** The id of the thread whose name begins so. */
  long threadId(String prefix) {
    ThreadInfo[] all = threads.getThreadInfo(threads.getAllThreadIds());
    return Arrays.stream(all)
        .filter(each -> each != null && each.getThreadName().startsWith(prefix))
        .mapToLong(ThreadInfo::getThreadId)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the daemon has no thread " + prefix));
  }

  /** Bytes that a thread has allocated on the heap since it began. */
  long allocatedBytes(long threadId) {
    return threads.getThreadAllocatedBytes(threadId);
  }

  /** Bytes that live objects take; collects before it counts. */
  long liveHeapBytes() throws IOException {
    try {
      String histogram =
          (String)
              connection.invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      String total = histogram.substring(histogram.lastIndexOf("Total"));
      return Long.parseLong(total.strip().split(" +")[2]);
    } catch (JMException e) {
      throw new IOException(e);
    }
  }

  /** The resident set once the JVM has given unused memory back, or stopped to do so. */
  long settledResidentBytes() throws IOException {
    long least = residentBytes();
    long leastSince = System.nanoTime();
    while (System.nanoTime() - leastSince < SETTLED_NS) {
      LockSupport.parkNanos(POLL_NS);
      long now = residentBytes();
      if (now < least * SHRUNK) {
        least = now;
        leastSince = System.nanoTime();
      }
    }
    return residentBytes();
  }

  /** The process's resident set in bytes. */
  private long residentBytes() throws IOException {
    return statusBytes("VmRSS:");
  }

  private long statusBytes(String key) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      String line = lines.filter(each -> each.startsWith(key)).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
