package dev.heddle.api.stats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that a later one with the same pid is not mistaken for.
 *
 * @param pid the process id
 * @param startTicks when it started, in clock ticks since boot; 0 where the system does not tell
 */
public record ProcessIdentity(long pid, long startTicks) {
  private static final int START_TICKS_FIELD_AFTER_NAME = 19;

  /** This process. */
  public static ProcessIdentity current() {
    long pid = ProcessHandle.current().pid();
    return new ProcessIdentity(pid, startTicks(pid));
  }

  /** Whether the process is still there; a zombie is not. */
  public boolean running() {
    return startTicks > 0 && startTicks(pid) == startTicks;
  }

  /** Field 22 of /proc/PID/stat, or 0 where there is no such process or it is a zombie. */
  private static long startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name in parentheses may hold anything, so fields count from its end.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      boolean gone = fields[0].equals("Z") || fields[0].equals("X");
      return gone ? 0 : Long.parseLong(fields[START_TICKS_FIELD_AFTER_NAME]);
    } catch (IOException e) {
      return 0;
    }
  }
}
