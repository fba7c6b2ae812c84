package dev.heddle.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Where looks appear: over the one before on a terminal, else one after the other. */
final class Screen implements AutoCloseable {
  private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
  private static final String FIRST_SCREEN = "\u001b[?25h\u001b[?1049l";
  private static final String HOME = "\u001b[H";
  private static final String REST_OF_LINE = "\u001b[K";
  private static final String REST_OF_SCREEN = "\u001b[J";
  private static final long KEYS_MS = 100;

  private final Output output;
  private final boolean isTerminal;
  private boolean isLeft;

  /** Puts the terminal right where Ctrl-C ends the process. */
  private final Thread onInterrupt = new Thread(this::leave);

  private Screen(Output output, boolean isTerminal) {
    this.output = output;
    this.isTerminal = isTerminal;
  }

  /** Takes the terminal, if it is one that tables shall be shown on. */
  static Screen open(Output output) {
    boolean isTerminal =
        output.isTable() && System.console() != null && System.console().isTerminal();
    Screen screen = new Screen(output, isTerminal);
    if (isTerminal) {
      Runtime.getRuntime().addShutdownHook(screen.onInterrupt);
      screen.print(OTHER_SCREEN);
    }
    return screen;
  }

  /**
   * Lets time pass.
   *
   * @return false where somebody typed q meanwhile
   */
  boolean await(long ns) throws InterruptedException {
    if (!isTerminal) {
      TimeUnit.NANOSECONDS.sleep(ns);
      return true;
    }
    long untilNs = System.nanoTime() + ns;
    while (System.nanoTime() < untilNs) {
      if (hasQuit()) {
        return false;
      }
      long leftNs = untilNs - System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(Math.min(leftNs, TimeUnit.MILLISECONDS.toNanos(KEYS_MS)));
    }
    return true;
  }

  private static boolean hasQuit() {
    try {
      while (System.in.available() > 0) {
        if (System.in.read() == 'q') {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // Nobody can type any more; Ctrl-C and --count still end it.
    }
  }

  /** Shows a look. */
  void show(TopView view) {
    if (isTerminal) {
      List<String> lines = view.lines(Output.widthCharacters(), Output.heightLines());
      print(HOME + String.join(REST_OF_LINE + "\n", lines) + REST_OF_LINE + "\n" + REST_OF_SCREEN);
    } else {
      List<String> lines = view.lines(Output.widthCharacters(), Integer.MAX_VALUE);
      output.writeNext(String.join("\n", lines) + "\n", view::writeJson);
    }
  }

  private synchronized void print(String text) {
    if (!isLeft) {
      PrintWriter out = output.out();
      out.print(text);
      out.flush();
    }
  }

  private synchronized void leave() {
    print(FIRST_SCREEN);
    isLeft = true;
  }

  /** Gives the terminal back as it was. */
  @Override
  public void close() {
    if (isTerminal) {
      Runtime.getRuntime().removeShutdownHook(onInterrupt);
      leave();
    }
  }
}
