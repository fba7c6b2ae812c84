package dev.heddle.cli;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.heddle.api.Addresses;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a message of the contract from YAML, whatever message it is. */
final class StateReader {
  private static final int UINT32_BITS = 32;

  private final BiConsumer<Node, String> mistakes;

  /**
   * @param mistakes is told where and what they are
   */
  StateReader(BiConsumer<Node, String> mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Sets the fields that a mapping tells.
   *
   * @param path of the object in its file, for mistakes
   */
  void read(Node node, Message.Builder message, String path) {
    if (!(node instanceof MappingNode mapping)) {
      mistakes.accept(node, path + ": no fields; write 'name: value' a line");
      return;
    }
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String name = tuple.getKeyNode() instanceof ScalarNode key ? key.getValue() : "";
      FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
      if (field == null) {
        mistakes.accept(
            tuple.getKeyNode(), path + "." + name + ": no such field; there are " + names(message));
      } else if (!seen.add(name)) {
        mistakes.accept(tuple.getKeyNode(), path + "." + name + ": stands here twice");
      } else if (field.getRealContainingOneof() != null
          && message.hasOneof(field.getRealContainingOneof())) {
        String other = message.getOneofFieldDescriptor(field.getRealContainingOneof()).getName();
        mistakes.accept(
            tuple.getKeyNode(), path + "." + name + ": excludes " + other + "; leave one out");
      } else {
        set(tuple.getValueNode(), message, field, path + "." + name);
      }
    }
  }

  private static String names(Message.Builder message) {
    return message.getDescriptorForType().getFields().stream()
        .map(FieldDescriptor::getName)
        .collect(Collectors.joining(", "));
  }

  private void set(Node node, Message.Builder message, FieldDescriptor field, String path) {
    if (field.isMapField()) {
      setMap(node, message, field, path);
    } else if (field.isRepeated()) {
      setList(node, message, field, path);
    } else {
      Object value = value(node, message, field, path);
      if (value != null) {
        message.setField(field, value);
      }
    }
  }

  private void setList(Node node, Message.Builder message, FieldDescriptor field, String path) {
    if (!(node instanceof SequenceNode list)) {
      mistakes.accept(node, path + ": no list; write [a, b] or a '-' before each");
      return;
    }
    List<Node> items = list.getValue();
    for (int i = 0; i < items.size(); i++) {
      Object value = value(items.get(i), message, field, path + "[" + i + "]");
      if (value != null) {
        message.addRepeatedField(field, value);
      }
    }
  }

  private void setMap(Node node, Message.Builder message, FieldDescriptor field, String path) {
    if (!(node instanceof MappingNode mapping)) {
      mistakes.accept(node, path + ": no keys and values; write 'key: value' a line");
      return;
    }
    FieldDescriptor key = field.getMessageType().findFieldByName("key");
    FieldDescriptor value = field.getMessageType().findFieldByName("value");
    for (NodeTuple tuple : mapping.getValue()) {
      Message.Builder entry = message.newBuilderForField(field);
      Object keyRead = value(tuple.getKeyNode(), entry, key, path);
      Object valueRead = value(tuple.getValueNode(), entry, value, path + "." + keyRead);
      if (keyRead != null && valueRead != null) {
        message.addRepeatedField(
            field, entry.setField(key, keyRead).setField(value, valueRead).build());
      }
    }
  }

  /** Null, with the mistake told, where it is no such value. */
  private Object value(Node node, Message.Builder parent, FieldDescriptor field, String path) {
    boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    if (isMessage && !StateFields.isPrefix(field) && !isPresence(node, field)) {
      Message.Builder message = parent.newBuilderForField(field);
      read(node, message, path);
      return message.build();
    }
    if (!(node instanceof ScalarNode scalar)) {
      mistakes.accept(node, path + ": no plain value; write one behind the colon");
      return null;
    }
    try {
      return isMessage && !StateFields.isPrefix(field)
          ? parent.newBuilderForField(field).build()
          : parse(field, scalar.getValue());
    } catch (IllegalArgumentException e) {
      mistakes.accept(node, path + ": " + e.getMessage());
      return null;
    }
  }

  /** Whether {@code true} stands for a message without fields. */
  private static boolean isPresence(Node node, FieldDescriptor field) {
    return StateFields.isEmpty(field.getMessageType())
        && node instanceof ScalarNode scalar
        && scalar.getValue().equals("true");
  }

  private static Object parse(FieldDescriptor field, String text) {
    return switch (field.getType()) {
      case STRING -> text;
      case BYTES -> StateFields.form(field).parse(text);
      case BOOL -> parseBoolean(text);
      case ENUM -> StateFields.parse(field.getEnumType(), text);
      case UINT32 -> (int) parseNumber(text, 0, (1L << UINT32_BITS) - 1);
      case INT32 -> (int) parseNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case UINT64, INT64 -> parseNumber(text, Long.MIN_VALUE, Long.MAX_VALUE);
      case MESSAGE -> Addresses.parsePrefix(text);
      default -> throw new IllegalArgumentException("cannot be told in a file");
    };
  }

  private static boolean parseBoolean(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    }
    return text.equals("true");
  }

  private static long parseNumber(String text, long from, long to) {
    try {
      long number = Long.parseLong(text);
      if (number >= from && number <= to) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no whole number", e);
    }
    throw new IllegalArgumentException(
        "'" + text + "' is out of range: write " + from + " to " + to);
  }
}
