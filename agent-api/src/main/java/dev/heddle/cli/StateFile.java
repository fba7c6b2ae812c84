package dev.heddle.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.heddle.api.v1.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Objects in a YAML file, a section for each kind, as operations that create or replace them. */
final class StateFile {
  private static final int MOST_MISTAKES = 20;
  private static final Pattern PATH = Pattern.compile("operations\\[([0-9]+)]\\.[a-z_]+\\.?(.*)");
  private static final Pattern STEP = Pattern.compile("([a-z0-9_]+)(?:\\[([0-9]+)])?\\.?");

  /** What is called - on the command line. */
  private static final Path STANDARD_INPUT = Path.of("-");

  private final Path path;

  /** What mistakes call it. */
  private final String label;

  private final List<Operation> operations = new ArrayList<>();
  private final List<Node> places = new ArrayList<>();
  private final List<String> mistakes = new ArrayList<>();

  private StateFile(Path path) {
    this.path = path;
    label = path.equals(STANDARD_INPUT) ? "standard input" : path.toString();
  }

  /**
   * Reads a file, or standard input if its name is -.
   *
   * @throws CommandException with its mistakes, a line each: file, line, field and remedy
   */
  static StateFile read(Path path) {
    StateFile file = new StateFile(path);
    file.read();
    if (!file.mistakes.isEmpty()) {
      throw new CommandException(String.join("\n", shortened(file.mistakes)));
    }
    return file;
  }

  private static List<String> shortened(List<String> mistakes) {
    if (mistakes.size() <= MOST_MISTAKES) {
      return mistakes;
    }
    List<String> first = new ArrayList<>(mistakes.subList(0, MOST_MISTAKES));
    first.add("and " + (mistakes.size() - MOST_MISTAKES) + " more mistakes");
    return first;
  }

  /** One for each object, in the order in which {@link #locate} knows them. */
  List<Operation> operations() {
    return operations;
  }

  private void read() {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(label).build();
      Optional<Node> root = new Compose(settings).composeString(text());
      if (root.isPresent()) {
        readSections(root.get());
      }
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      mistakes.add(label + ":" + line + ": no YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      mistakes.add(label + ":1: no YAML: " + e.getMessage());
    } catch (IOException e) {
      throw new CommandException(label + " cannot be read: " + e);
    }
  }

  private String text() throws IOException {
    return path.equals(STANDARD_INPUT)
        ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
        : Files.readString(path);
  }

  private void readSections(Node root) {
    if (!(root instanceof MappingNode mapping)) {
      mistake(root, "no sections; write 'networks:' and a list of networks");
      return;
    }
    Map<String, Node> sections = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String name = tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "";
      if (!StateFields.SECTIONS.containsKey(name)) {
        mistake(
            tuple.getKeyNode(),
            name
                + ": no such section; there are "
                + String.join(", ", StateFields.SECTIONS.keySet()));
      } else if (sections.putIfAbsent(name, tuple.getValueNode()) != null) {
        mistake(tuple.getKeyNode(), name + ": stands here twice; make one section of both");
      }
    }
    StateFields.SECTIONS.forEach((name, field) -> {
      if (sections.containsKey(name)) {
        readSection(name, field, sections.get(name));
      }
    });
  }

  private void readSection(String name, FieldDescriptor field, Node section) {
    if (!(section instanceof SequenceNode list)) {
      mistake(section, name + ": no list; write a '-' before each object");
      return;
    }
    for (int i = 0; i < list.getValue().size(); i++) {
      Node object = list.getValue().get(i);
      Operation.Builder operation = Operation.newBuilder();
      Message.Builder message = operation.newBuilderForField(field);
      new StateReader(this::mistake).read(object, message, name + "[" + i + "]");
      operations.add(operation.setField(field, message.build()).build());
      places.add(object);
    }
  }

  private void mistake(Node at, String text) {
    mistakes.add(line(at) + ": " + text);
  }

  private String line(Node node) {
    return label + ":" + node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  /**
   * Where in the file a field is that the daemon refused.
   *
   * @param field as {@code operations[3].upsert_endpoint.addresses[0]}
   * @return file and line; the file alone where it is not known
   */
  String locate(String field) {
    Matcher matcher = PATH.matcher(field);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) >= places.size()) {
      return label;
    }
    Node place = places.get(Integer.parseInt(matcher.group(1)));
    Matcher step = STEP.matcher(matcher.group(2));
    while (step.lookingAt()) {
      Node next = child(place, step.group(1), step.group(2));
      if (next == null) {
        break;
      }
      place = next;
      step.region(step.end(), matcher.group(2).length());
    }
    return line(place);
  }

  private static Node child(Node parent, String key, String index) {
    if (!(parent instanceof MappingNode mapping)) {
      return null;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
        Node value = tuple.getValueNode();
        boolean hasItem =
            index != null
                && value instanceof SequenceNode list
                && Integer.parseInt(index) < list.getValue().size();
        return hasItem ? ((SequenceNode) value).getValue().get(Integer.parseInt(index)) : value;
      }
    }
    return null;
  }
}
