package dev.heddle.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.heddle.api.Addresses;
import dev.heddle.api.v1.Operation;
import dev.heddle.api.v1.Prefix;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * How a state file calls what the contract has: sections of objects, the contract's own names of
 * fields, addresses as text. It follows from the contract, so that a new kind of object needs
 * nothing here but the forms of its fields of bytes.
 */
final class StateFields {
  private static final String UPSERT = "upsert_";
  private static final String UNSPECIFIED = "unspecified";

  /** Longest of a transaction's operations, so they come last. */
  private static final String ROUTES = "routes";

  /** By section, the field of an operation that takes its objects; routes last. */
  static final Map<String, FieldDescriptor> SECTIONS = sections();

  /** What the bytes of a field are, and so how they are written. */
  enum Form {
    IP(Addresses::parse, Addresses::format),
    MAC(Addresses::parseMac, Addresses::formatMac);

    private final Function<String, ByteString> parser;
    private final Function<ByteString, String> formatter;

    Form(Function<String, ByteString> parser, Function<ByteString, String> formatter) {
      this.parser = parser;
      this.formatter = formatter;
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is none
     */
    ByteString parse(String text) {
      return parser.apply(text);
    }

    String format(ByteString address) {
      return formatter.apply(address);
    }
  }

  /** By message and field, the forms of all bytes but those of prefixes, which are a text whole. */
  static final Map<String, Form> FORMS =
      Map.ofEntries(
          Map.entry("Endpoint.addresses", Form.IP),
          Map.entry("Endpoint.mac", Form.MAC),
          Map.entry("Network.gateway4", Form.IP),
          Map.entry("Network.gateway6", Form.IP),
          Map.entry("NextHop.gateway", Form.IP),
          Map.entry("Node.router_mac", Form.MAC),
          Map.entry("SetService.address", Form.IP),
          Map.entry("Uplink.address4", Form.IP),
          Map.entry("Uplink.address6", Form.IP),
          Map.entry("Uplink.gateway4", Form.IP),
          Map.entry("Uplink.gateway6", Form.IP),
          Map.entry("Uplink.mac", Form.MAC),
          Map.entry("Vtep.address", Form.IP));

  private StateFields() {}

  private static Map<String, FieldDescriptor> sections() {
    Map<String, FieldDescriptor> sections = new LinkedHashMap<>();
    OneofDescriptor changes = Operation.getDescriptor().getOneofs().getFirst();
    for (FieldDescriptor field : changes.getFields()) {
      if (field.getName().startsWith(UPSERT)) {
        sections.put(plural(field.getName().substring(UPSERT.length())), field);
      }
    }
    sections.put(ROUTES, sections.remove(ROUTES));
    return sections;
  }

  private static String plural(String name) {
    if (name.endsWith("y")) {
      return name.substring(0, name.length() - 1) + "ies";
    }
    return name.endsWith("s") ? name : name + "s";
  }

  static boolean isPrefix(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().equals(Prefix.getDescriptor());
  }

  /** Whether a message tells something by being there only. */
  static boolean isEmpty(Descriptor message) {
    return message.getFields().isEmpty();
  }

  /** The form of a field of bytes, which has one. */
  static Form form(FieldDescriptor field) {
    String name = field.getContainingType().getName() + "." + field.getName();
    return Objects.requireNonNull(FORMS.get(name), name);
  }

  /** As {@code ROLE_SERVER} of {@code Role} is "server". */
  static String name(EnumValueDescriptor value) {
    String prefix = value.getType().getName().replaceAll("([a-z])([A-Z])", "$1_$2") + "_";
    String name = value.getName();
    return name.substring(name.startsWith(prefix.toUpperCase(Locale.ROOT)) ? prefix.length() : 0)
        .toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the name of a value.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  static EnumValueDescriptor parse(EnumDescriptor type, String text) {
    StringBuilder names = new StringBuilder();
    for (EnumValueDescriptor value : type.getValues()) {
      if (name(value).equals(text)) {
        return value;
      }
      if (!name(value).equals(UNSPECIFIED)) {
        names.append(names.isEmpty() ? "" : ", ").append(name(value));
      }
    }
    throw new IllegalArgumentException("'" + text + "' is none of: " + names);
  }
}
