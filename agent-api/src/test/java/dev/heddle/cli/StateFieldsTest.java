package dev.heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.WireFormat;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file knows every field of the contract's objects, whatever stands in it. */
class StateFieldsTest {
  private static final int OBJECTS_OF_A_KIND = 200;
  private static final List<String> TEXTS =
      List.of("a", "", "true", "12", "with space", "it's \"quoted\"", "x: y # z", "- ü\n\t€", "~");

  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void shouldHaveAFormForEachFieldOfBytes() {
    Set<String> fields = new TreeSet<>();
    StateFields.SECTIONS
        .values()
        .forEach(field -> collect(field.getMessageType(), fields, new HashSet<>()));
    assertThat(StateFields.FORMS).containsOnlyKeys(fields);
  }

  private static void collect(Descriptor message, Set<String> fields, Set<Descriptor> seen) {
    if (!seen.add(message)) {
      return;
    }
    for (FieldDescriptor field : message.getFields()) {
      if (StateFields.isPrefix(field)) {
        continue;
      }
      if (field.getJavaType() == JavaType.MESSAGE) {
        collect(field.getMessageType(), fields, seen);
      } else if (field.getJavaType() == JavaType.BYTE_STRING) {
        fields.add(message.getName() + "." + field.getName());
      }
    }
  }

  @Test
  void shouldReadWhatItHasWrittenWhateverIsSet(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("state.yaml");
    for (var section : StateFields.SECTIONS.entrySet()) {
      for (int i = 0; i < OBJECTS_OF_A_KIND; i++) {
        Message.Builder object = Operation.newBuilder().newBuilderForField(section.getValue());
        fill(object);
        write(file, section.getKey(), object.build());
        Message read =
            (Message) StateFile.read(file).operations().getFirst().getField(section.getValue());
        assertThat(read).as(Files.readString(file)).isEqualTo(object.build());
      }
    }
  }

  private static void write(Path file, String section, Message object) throws IOException {
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file));
        YamlWriter yaml = new YamlWriter(out, false)) {
      yaml.beginObject();
      yaml.name(section).beginArray();
      new StateWriter(yaml).write(object);
      yaml.endArray();
      yaml.endObject();
    }
  }

  private void fill(Message.Builder message) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean taken =
          field.getContainingOneof() != null && message.hasOneof(field.getContainingOneof());
      if (taken || random.nextInt(3) == 0) {
        continue;
      }
      if (field.isMapField()) {
        for (String text : TEXTS.subList(0, 1 + random.nextInt(TEXTS.size()))) {
          message.addRepeatedField(
              field,
              MapEntry.newDefaultInstance(
                      field.getMessageType(),
                      WireFormat.FieldType.STRING,
                      "",
                      WireFormat.FieldType.STRING,
                      "")
                  .toBuilder()
                  .setKey(text + "k")
                  .setValue(text)
                  .build());
        }
      } else if (field.isRepeated()) {
        for (int i = random.nextInt(3); i > 0; i--) {
          message.addRepeatedField(field, value(message, field));
        }
      } else {
        message.setField(field, value(message, field));
      }
    }
  }

  private Object value(Message.Builder message, FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case BOOLEAN -> random.nextBoolean();
      case INT -> field.getType() == FieldDescriptor.Type.INT32 ? -7 : 1 + random.nextInt(65_535);
      case LONG -> random.nextLong(Long.MAX_VALUE);
      case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
      case BYTE_STRING -> bytes(StateFields.form(field) == StateFields.Form.MAC ? 6 : address());
      case ENUM -> enumValue(field);
      case MESSAGE -> StateFields.isPrefix(field) ? prefix() : nested(message, field);
      default -> throw new AssertionError(field.getFullName());
    };
  }

  private Message nested(Message.Builder message, FieldDescriptor field) {
    Message.Builder nested = message.newBuilderForField(field);
    fill(nested);
    return nested.build();
  }

  private EnumValueDescriptor enumValue(FieldDescriptor field) {
    List<EnumValueDescriptor> values = field.getEnumType().getValues();
    return values.get(1 + random.nextInt(values.size() - 1));
  }

  private int address() {
    return random.nextBoolean() ? 4 : 16;
  }

  private Prefix prefix() {
    int bytes = address();
    return Prefix.newBuilder().setAddress(bytes(bytes)).setLength(8 * bytes).build();
  }

  private ByteString bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
