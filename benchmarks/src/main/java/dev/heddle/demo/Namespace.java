package dev.heddle.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace, and a mount namespace in which {@code /sys} shows its interfaces. It has no
 * name and is held by a child that reads from us, so that it vanishes with this process in any
 * case.
 */
final class Namespace implements AutoCloseable {
  private static final String HOLD = "mount -t sysfs none /sys; echo ready; exec cat";

  private final Process holder;

  private Namespace(Process holder) {
    this.holder = holder;
  }

  /** Makes one, which is empty at first; takes root rights. */
  static Namespace create() {
    try {
      Process holder =
          new ProcessBuilder("unshare", "--net", "--mount", "sh", "-ec", HOLD)
              .redirectErrorStream(true)
              .start();
      Namespace created = new Namespace(holder);
      String word = holder.inputReader(StandardCharsets.US_ASCII).readLine();
      if (!"ready".equals(word)) {
        created.close();
        throw new DemoException("cannot make a network namespace: " + word);
      }
      return created;
    } catch (IOException e) {
      throw new DemoException("cannot make a network namespace: " + e.getMessage(), e);
    }
  }

  /** A process that lives in it, by which others find it. */
  long pid() {
    return holder.pid();
  }

  /** The file that stands for it. */
  String file() {
    return "/proc/%d/ns/net".formatted(pid());
  }

  /** The command that runs another one inside. */
  List<String> inside(String... command) {
    List<String> entering = new ArrayList<>(List.of("nsenter", "-t", "" + pid(), "-n", "-m"));
    entering.addAll(List.of(command));
    return entering;
  }

  /** Runs a program inside, to its end. */
  Commands.Result run(String... command) {
    return Commands.run(inside(command).toArray(String[]::new));
  }

  /** Runs a program inside that must succeed. */
  String require(String... command) {
    return Commands.require(inside(command).toArray(String[]::new));
  }

  @Override
  public void close() {
    Commands.end(holder);
  }
}
