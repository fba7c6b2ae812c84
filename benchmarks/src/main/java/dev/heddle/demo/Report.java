package dev.heddle.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What is printed: a line for each check, under headings, and a verdict at the end. */
final class Report {
  private final PrintStream out;
  private final List<String> failures = new ArrayList<>();
  private final List<String> omissions = new ArrayList<>();
  private int checks;

  Report(PrintStream out) {
    this.out = out;
  }

  void heading(String text) {
    out.println();
    out.println(text);
  }

  void line(String text) {
    out.println("        " + text);
  }

  /** One thing that must be so; the text says what was seen. */
  void check(boolean good, String text) {
    checks++;
    out.println((good ? "   ok   " : "  FAIL  ") + text);
    if (!good) {
      failures.add(text);
    }
  }

  /** Something that this machine cannot show. */
  void omit(String text) {
    omissions.add(text);
    out.println("  ----  " + text);
  }

  /** Prints the verdict and returns whether it is a good one. */
  boolean verdict() {
    out.println();
    omissions.forEach(text -> out.println("Not shown: " + text));
    if (failures.isEmpty() && checks > 0) {
      out.println("VERDICT: passed, " + checks + " checks.");
      return true;
    }
    out.println("VERDICT: FAILED, " + failures.size() + " of " + checks + " checks:");
    failures.forEach(text -> out.println("  " + text));
    return false;
  }
}
