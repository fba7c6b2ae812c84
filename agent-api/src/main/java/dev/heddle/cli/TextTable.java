package dev.heddle.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A table for a terminal: numbers to the right and never cut; where it is too wide, flexible
 * columns shrink in favour of the others, by an ellipsis in the middle, and the last column goes on
 * in the next line.
 */
final class TextTable {
  private static final String GAP = "  ";
  private static final int NARROWEST_TEXT = 8;
  private static final int NARROWEST_LAST_COLUMN = 24;

  private enum Kind {
    TEXT,
    FLEXIBLE,
    NUMBER
  }

  private record Heading(String text, Kind kind) {}

  private final List<Heading> headings = new ArrayList<>();
  private final List<String[]> rows = new ArrayList<>();

  /** Adds a column of text that is never cut. */
  TextTable text(String heading) {
    headings.add(new Heading(heading, Kind.TEXT));
    return this;
  }

  /** Adds a column of text that may be shortened. */
  TextTable flexible(String heading) {
    headings.add(new Heading(heading, Kind.FLEXIBLE));
    return this;
  }

  /** Adds a column of numbers. */
  TextTable number(String heading) {
    headings.add(new Heading(heading, Kind.NUMBER));
    return this;
  }

  /** Adds a row with a value for each column. */
  TextTable row(Object... values) {
    String[] row = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      row[i] = String.valueOf(values[i]);
    }
    rows.add(row);
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Prints the headings and the rows, no line wider than {@code maxWidth} if that is possible. */
  void print(PrintWriter out, int maxWidth) {
    int[] widths = widths(maxWidth);
    printRow(out, headings.stream().map(Heading::text).toArray(String[]::new), widths);
    for (String[] row : rows) {
      printRow(out, row, widths);
    }
  }

  private int[] widths(int maxWidth) {
    int[] widths = new int[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = headings.get(i).text().length();
      for (String[] row : rows) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    int last = widths.length - 1;
    if (headings.get(last).kind() == Kind.FLEXIBLE) {
      int room = maxWidth - (total(widths) - widths[last]);
      widths[last] = Math.min(widths[last], Math.max(room, NARROWEST_LAST_COLUMN));
    }
    int excess = total(widths) - maxWidth;
    while (excess > 0 && shrinkWidest(widths)) {
      excess--;
    }
    return widths;
  }

  private static int total(int[] widths) {
    int total = GAP.length() * (widths.length - 1);
    for (int width : widths) {
      total += width;
    }
    return total;
  }

  private boolean shrinkWidest(int[] widths) {
    int widest = -1;
    for (int i = 0; i < widths.length - 1; i++) {
      boolean shrinks = headings.get(i).kind() == Kind.FLEXIBLE && widths[i] > NARROWEST_TEXT;
      if (shrinks && (widest < 0 || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest >= 0) {
      widths[widest]--;
    }
    return widest >= 0;
  }

  private void printRow(PrintWriter out, String[] row, int[] widths) {
    int last = widths.length - 1;
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < last; i++) {
      line.append(pad(shorten(row[i], widths[i]), widths[i], headings.get(i).kind())).append(GAP);
    }
    if (headings.get(last).kind() != Kind.FLEXIBLE) {
      line.append(pad(row[last], widths[last], headings.get(last).kind()));
      out.println(line.toString().stripTrailing());
      return;
    }
    String indent = " ".repeat(line.length());
    for (String part : wrap(row[last], widths[last])) {
      out.println(line.append(part).toString().stripTrailing());
      line.setLength(0);
      line.append(indent);
    }
  }

  private static String pad(String text, int width, Kind kind) {
    String blanks = " ".repeat(Math.max(0, width - text.length()));
    return kind == Kind.NUMBER ? blanks + text : text + blanks;
  }

  private static String shorten(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    int head = (width - 1) / 2;
    return text.substring(0, head) + "…" + text.substring(text.length() - (width - 1 - head));
  }

  private static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int blank = rest.lastIndexOf(' ', width);
      int cut = blank > 0 ? blank : width;
      lines.add(rest.substring(0, cut));
      rest = rest.substring(cut).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}
