package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Prefix;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes a message of the contract as {@link StateReader} reads it. */
final class StateWriter {
  private final JsonWriter json;

  StateWriter(JsonWriter json) {
    this.json = json;
  }

  /** Writes the fields that are set as an object. */
  void write(MessageOrBuilder message) throws IOException {
    json.beginObject();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean isSet =
          field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : message.hasField(field);
      if (isSet) {
        json.name(field.getName());
        writeField(field, message.getField(field));
      }
    }
    json.endObject();
  }

  /** Writes one field's value; null if it is not set. */
  void writeField(MessageOrBuilder message, FieldDescriptor field) throws IOException {
    if (!field.isRepeated() && field.hasPresence() && !message.hasField(field)) {
      json.nullValue();
    } else {
      writeField(field, message.getField(field));
    }
  }

  private void writeField(FieldDescriptor field, Object value) throws IOException {
    if (field.isMapField()) {
      writeMap(field, (List<?>) value);
    } else if (field.isRepeated()) {
      json.beginArray();
      for (Object each : (List<?>) value) {
        writeValue(field, each);
      }
      json.endArray();
    } else {
      writeValue(field, value);
    }
  }

  /** By key: a message's own order is nobody's. */
  private void writeMap(FieldDescriptor field, List<?> entries) throws IOException {
    FieldDescriptor key = field.getMessageType().findFieldByName("key");
    FieldDescriptor value = field.getMessageType().findFieldByName("value");
    SortedMap<String, Object> byKey = new TreeMap<>();
    for (Object entry : entries) {
      byKey.put(String.valueOf(((Message) entry).getField(key)), ((Message) entry).getField(value));
    }
    json.beginObject();
    for (Map.Entry<String, Object> entry : byKey.entrySet()) {
      json.name(entry.getKey());
      writeValue(value, entry.getValue());
    }
    json.endObject();
  }

  private void writeValue(FieldDescriptor field, Object value) throws IOException {
    switch (field.getType()) {
      case BYTES -> json.value(StateFields.form(field).format((ByteString) value));
      case BOOL -> json.value((Boolean) value);
      case ENUM -> json.value(StateFields.name((EnumValueDescriptor) value));
      case UINT32 -> json.value(Integer.toUnsignedLong((Integer) value));
      case INT32 -> json.value((Integer) value);
      case UINT64, INT64 -> json.value((Long) value);
      case MESSAGE -> {
        if (StateFields.isPrefix(field)) {
          json.value(Addresses.format((Prefix) value));
        } else {
          write((Message) value);
        }
      }
      default -> json.value(String.valueOf(value));
    }
  }
}
