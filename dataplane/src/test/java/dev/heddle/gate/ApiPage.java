package dev.heddle.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The contract's reference: what the .proto files declare, in the words of their comments. */
final class ApiPage {
  private static final Path CONTRACT = Project.ROOT.resolve("agent-api/src/main/proto/heddle/v1");

  private static final Pattern CALL =
      Pattern.compile("rpc (\\w+)\\((stream )?(\\w+)\\) returns \\((stream )?(\\w+)\\);");
  private static final Pattern BLOCK =
      Pattern.compile("(service|message|enum|oneof) (\\w+) \\{(}?)");
  private static final Pattern FIELD =
      Pattern.compile("((?:repeated |optional )?(?:map<[^>]*>|[\\w.]+)) (\\w+) = (\\d+);");
  private static final Pattern VALUE = Pattern.compile("(\\w+) = (\\d+);");

  /** A service, a message or an enumeration, as the page shows it. */
  private record Block(String kind, String name, String comment, List<String> rows) {
    boolean is(String other) {
      return kind.equals(other);
    }
  }

  /** By name, so that it does not matter in which file something stands. */
  private final Map<String, Block> blocks = new TreeMap<>();

  private final List<Block> open = new ArrayList<>();
  private final StringBuilder comment = new StringBuilder();

  private ApiPage() {}

  static String write() throws IOException {
    ApiPage page = new ApiPage();
    List<Path> files =
        Project.files(".proto").stream().filter(file -> file.startsWith(CONTRACT)).toList();
    for (Path file : files) {
      page.read(file);
    }
    return page.text();
  }

  private void read(Path file) throws IOException {
    StringBuilder statement = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      String text = line.strip();
      if (text.startsWith("//")) {
        comment.append(comment.isEmpty() ? "" : "\n").append(text.substring(2).strip());
      } else if (text.isEmpty()) {
        comment.setLength(0);
      } else {
        statement.append(statement.isEmpty() ? "" : " ").append(text);
        if (text.endsWith(";") || text.endsWith("{") || text.endsWith("}")) {
          declare(file, statement.toString());
          statement.setLength(0);
          comment.setLength(0);
        }
      }
    }
    if (!open.isEmpty()) {
      throw new IllegalStateException(file + " is not understood: a block is not closed");
    }
  }

  private void declare(Path file, String statement) {
    Matcher block = BLOCK.matcher(statement);
    if (block.matches()) {
      begin(block);
    } else if (statement.equals("}")) {
      end();
    } else if (!open.isEmpty() && !statement.startsWith("reserved ")) {
      Block its = open.getLast();
      its.rows().add(row(file, its, statement));
    }
  }

  private void begin(Matcher block) {
    String kind = block.group(1);
    String name = block.group(2);
    if (kind.equals("oneof")) {
      open.getLast().rows().add("| *one of* `" + name + "` | | " + inRow() + " |");
      open.add(open.getLast());
      return;
    }
    String outer = open.isEmpty() ? "" : open.getLast().name() + ".";
    Block begun = new Block(kind, outer + name, comment.toString(), new ArrayList<>());
    blocks.put(begun.name(), begun);
    open.add(begun);
    if (!block.group(3).isEmpty()) {
      end();
    }
  }

  private void end() {
    open.removeLast();
  }

  private String row(Path file, Block its, String statement) {
    Matcher call = CALL.matcher(statement);
    Matcher field = FIELD.matcher(statement);
    Matcher value = VALUE.matcher(statement);
    if (its.is("service") && call.matches()) {
      return "### %s.%s\n\n%s -> %s\n\n%s\n"
          .formatted(
              its.name(),
              call.group(1),
              streamed(call.group(2), call.group(3)),
              streamed(call.group(4), call.group(5)),
              comment);
    }
    if (its.is("message") && field.matches()) {
      return "| `%s` = %s | `%s` | %s |"
          .formatted(field.group(2), field.group(3), field.group(1), inRow());
    }
    if (its.is("enum") && value.matches()) {
      return "| `%s` = %s | | %s |".formatted(value.group(1), value.group(2), inRow());
    }
    throw new IllegalStateException(file + ": not understood: " + statement);
  }

  private static String streamed(String stream, String message) {
    String link = "[%s](#%s)".formatted(message, message.toLowerCase(Locale.ROOT));
    return stream == null ? link : "a stream of " + link;
  }

  private String inRow() {
    return comment.toString().replace('\n', ' ').replace("|", "\\|");
  }

  private String text() {
    StringBuilder page = new StringBuilder("# The contract\n\n").append(ReferencePages.ORIGIN);
    page.append(
        """

        The gRPC services of the daemon, from the comments of [heddle/v1](../../agent-api/src/main/proto/heddle/v1).
        How to reach them, and who may: [design](../design/api.md).

        ## Services

        """);
    blocks.values().stream().filter(block -> block.is("service")).forEach(it -> add(page, it));
    page.append("## Messages\n\n");
    blocks.values().stream().filter(block -> !block.is("service")).forEach(it -> add(page, it));
    return page.toString().stripTrailing() + "\n";
  }

  private static void add(StringBuilder page, Block block) {
    if (!block.is("service")) {
      page.append("### ").append(block.name()).append("\n\n");
    }
    if (!block.comment().isEmpty()) {
      page.append(block.comment()).append("\n\n");
    }
    if (block.is("service")) {
      block.rows().forEach(row -> page.append(row).append('\n'));
    } else if (!block.rows().isEmpty()) {
      page.append("| ")
          .append(block.is("enum") ? "Value" : "Field")
          .append(" | Type | Meaning |\n");
      page.append("|---|---|---|\n");
      block.rows().forEach(row -> page.append(row).append('\n'));
      page.append('\n');
    }
  }
}
