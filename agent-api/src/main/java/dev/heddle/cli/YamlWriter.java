package dev.heddle.cli;

import com.google.gson.stream.JsonWriter;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.emitter.Emitter;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ImplicitTuple;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;

/**
 * Writes what is told to it as JSON as one YAML document, as it comes: a million routes need no
 * more memory than one. The document is complete when the writer is closed; what is below it is
 * flushed then and stays open.
 *
 * <p>A text stands in quotes unless neither YAML 1.1 nor 1.2 takes it for anything but a text.
 */
final class YamlWriter extends JsonWriter {
  private static final ImplicitTuple NO_TAG = new ImplicitTuple(true, true);
  private static final Pattern WORDS = Pattern.compile("[A-Za-z][A-Za-z0-9 ._/@-]*");
  private static final Pattern NO_TEXT_OF_YAML_1_1 =
      Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null");

  /** Never folded, so that one value stands in one line. */
  private static final DumpSettings SETTINGS =
      DumpSettings.builder().setWidth(Integer.MAX_VALUE).setSplitLines(false).build();

  private final Emitter emitter;

  /**
   * @param explicitStart whether the document begins with "---", as one of several does
   */
  YamlWriter(PrintWriter out, boolean explicitStart) {
    super(out);
    emitter =
        new Emitter(
            SETTINGS,
            new StreamDataWriter() {
              @Override
              public void write(String text) {
                out.write(text);
              }

              @Override
              public void write(String text, int offset, int length) {
                out.write(text, offset, length);
              }

              @Override
              public void flush() {
                out.flush();
              }
            });
    emit(new StreamStartEvent());
    emit(new DocumentStartEvent(explicitStart, Optional.empty(), Map.of()));
  }

  @Override
  public JsonWriter beginArray() {
    return emit(new SequenceStartEvent(Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
  }

  @Override
  public JsonWriter endArray() {
    return emit(new SequenceEndEvent());
  }

  @Override
  public JsonWriter beginObject() {
    return emit(new MappingStartEvent(Optional.empty(), Optional.empty(), true, FlowStyle.BLOCK));
  }

  @Override
  public JsonWriter endObject() {
    return emit(new MappingEndEvent());
  }

  @Override
  public JsonWriter name(String name) {
    return value(name);
  }

  @Override
  public JsonWriter value(String text) {
    if (text == null) {
      return nullValue();
    }
    boolean plain = WORDS.matcher(text).matches() && !NO_TEXT_OF_YAML_1_1.matcher(text).matches();
    return scalar(text, plain ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED);
  }

  @Override
  public JsonWriter value(boolean value) {
    return plain(value);
  }

  @Override
  public JsonWriter value(Boolean value) {
    return plain(value);
  }

  @Override
  public JsonWriter value(float value) {
    return value((double) value);
  }

  @Override
  public JsonWriter value(double value) {
    // YAML 1.1 wants a point and a sign in a number with an exponent.
    return plain(BigDecimal.valueOf(value).toPlainString());
  }

  @Override
  public JsonWriter value(long value) {
    return plain(value);
  }

  @Override
  public JsonWriter value(Number value) {
    return plain(value);
  }

  @Override
  public JsonWriter nullValue() {
    return plain(null);
  }

  @Override
  public void flush() {
    // The document is complete only at its end.
  }

  @Override
  public void close() {
    emit(new DocumentEndEvent(false));
    emit(new StreamEndEvent());
  }

  private JsonWriter plain(Object value) {
    return scalar(String.valueOf(value), ScalarStyle.PLAIN);
  }

  private JsonWriter scalar(String text, ScalarStyle style) {
    return emit(new ScalarEvent(Optional.empty(), Optional.empty(), NO_TAG, text, style));
  }

  private JsonWriter emit(Event event) {
    emitter.emit(event);
    return this;
  }
}
