package dev.heddle.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The daemon's configuration as one YAML file: its keys are the names of the options without the
 * dashes, a list where an option may be given several times. So there is one place that says what
 * may be told to the daemon, and the command line can say otherwise than the file.
 */
final class ConfigFile {
  /** Options that make no sense in a file. */
  private static final List<String> ONLY_ON_THE_COMMAND_LINE =
      List.of("--config", "--check", "--help", "--version");

  private static final int MOST_TYPOS = 3;

  /** Where an option's values stand. */
  private record Entry(int line, List<String> values) {}

  private final Path path;
  private final CommandSpec options;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final List<String> mistakes = new ArrayList<>();

  private ConfigFile(Path path, CommandSpec options) {
    this.path = path;
    this.options = options;
  }

  /**
   * Reads a file.
   *
   * @param options what there may be in it
   * @throws StartException with all mistakes, a line each: file, line, key, value and remedy
   */
  static ConfigFile read(Path path, CommandSpec options) {
    ConfigFile file = new ConfigFile(path, options);
    file.read();
    if (!file.mistakes.isEmpty()) {
      throw new StartException(String.join("\n", file.mistakes));
    }
    return file;
  }

  private void read() {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(path.toString()).build();
      Optional<Node> root = new Compose(settings).composeString(Files.readString(path));
      if (root.isEmpty()) {
        return;
      }
      if (root.get() instanceof MappingNode mapping) {
        mapping.getValue().forEach(this::read);
      } else {
        mistake(line(root.get()), "no keys; write 'key: value' a line, such as 'workers: 2'");
      }
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      mistake(line, "no YAML: " + e.getProblem() + "; put that right");
    } catch (YamlEngineException e) {
      mistake(1, "no YAML: " + e.getMessage() + "; put that right");
    } catch (IOException e) {
      throw new StartException(
          "--config " + path + ": cannot be read: " + e + "; give a file that can", e);
    }
  }

  private void read(NodeTuple tuple) {
    String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
    int line = line(tuple.getKeyNode());
    OptionSpec option = keys(options).get(key);
    if (option == null) {
      mistake(line, key + ": no such key; " + nearest(key));
    } else if (entries.containsKey(key)) {
      mistake(
          line, key + ": stands in line " + entries.get(key).line() + " already; leave one out");
    } else {
      List<String> values = values(tuple.getValueNode(), option.isMultiValue());
      if (values == null) {
        mistake(
            line,
            key
                + (option.isMultiValue() ? ": no list of plain values" : ": no plain value")
                + "; write "
                + (option.isMultiValue() ? "[a, b]" : "one behind the colon"));
      } else {
        entries.put(key, new Entry(line, values));
        checkForm(key);
      }
    }
  }

  /** Null where they are not what the option takes. */
  private static List<String> values(Node node, boolean list) {
    if (node instanceof ScalarNode scalar) {
      return List.of(scalar.getValue());
    }
    if (!list || !(node instanceof SequenceNode sequence)) {
      return null;
    }
    List<String> values = new ArrayList<>();
    for (Node each : sequence.getValue()) {
      if (!(each instanceof ScalarNode scalar)) {
        return null;
      }
      values.add(scalar.getValue());
    }
    return values;
  }

  private void checkForm(String key) {
    try {
      HeddleDaemon.commandLine().parseArgs(arguments(key).toArray(String[]::new));
    } catch (ParameterException e) {
      mistake(entries.get(key).line(), key + ": " + e.getMessage());
    }
  }

  /** What may stand in a file, and the option that each key means. */
  static Map<String, OptionSpec> keys(CommandSpec options) {
    Map<String, OptionSpec> keys = new LinkedHashMap<>();
    for (OptionSpec option : options.options()) {
      if (!ONLY_ON_THE_COMMAND_LINE.contains(option.longestName())) {
        keys.put(option.longestName().substring(2), option);
      }
    }
    return keys;
  }

  private String nearest(String key) {
    return keys(options).keySet().stream()
        .filter(name -> distance(name, key) <= MOST_TYPOS)
        .min((a, b) -> Integer.compare(distance(a, key), distance(b, key)))
        .map(name -> "did you mean " + name + "?")
        .orElse("heddled --help names them, with dashes before them");
  }

  /** Levenshtein's: how many letters to put in, take out or change. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private void mistake(int line, String text) {
    mistakes.add("%s:%d: %s".formatted(path, line, text));
  }

  private List<String> arguments(String key) {
    return entries.get(key).values().stream().map(value -> "--" + key + "=" + value).toList();
  }

  /** The file's options that the command line does not give itself, as it would give them. */
  List<String> arguments(CommandLine.ParseResult commandLine) {
    return entries.keySet().stream()
        .filter(key -> !commandLine.hasMatchedOption("--" + key))
        .flatMap(key -> arguments(key).stream())
        .toList();
  }

  /** What a mistake that is told of an option means in this file: the line comes before it. */
  String located(String message, CommandLine.ParseResult commandLine) {
    return entries.entrySet().stream()
        .filter(each -> message.startsWith("--" + each.getKey() + " "))
        .filter(each -> !commandLine.hasMatchedOption("--" + each.getKey()))
        .findFirst()
        .map(each -> "%s:%d: %s".formatted(path, each.getValue().line(), message.substring(2)))
        .orElse(message);
  }
}
