package dev.heddle.control;

import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;

/** The mistakes of one transaction, as many as a reply has room for. */
final class Mistakes {
  private static final int MAX_REPORTED = 20;

  /** Text and details together must stay below the 8 KiB of headers that clients accept. */
  private static final int MAX_TEXT_CHARS = 2300;

  private static final int MAX_VALUE_CHARS = 64;

  private final List<Mistake> reported = new ArrayList<>();
  private long count;
  private int textChars;

  /**
   * Notes a mistake.
   *
   * @param path the message field
   * @param object kind and name of what it is about
   * @param field the field's name, with its index
   * @param value what it holds
   * @param remedy what is wrong with it and what to do
   */
  void add(
      Status.Code code, String path, String object, String field, String value, String remedy) {
    count++;
    String text = object + ": " + field + " " + shown(value) + ": " + remedy;
    if (reported.size() < MAX_REPORTED
        && (reported.isEmpty() || textChars + text.length() <= MAX_TEXT_CHARS)) {
      reported.add(new Mistake(code, path, text));
      textChars += text.length();
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  long count() {
    return count;
  }

  /** The refusal that a client gets, with the first mistake's code. */
  StatusRuntimeException toException() {
    BadRequest.Builder details = BadRequest.newBuilder();
    StringBuilder text = new StringBuilder();
    for (Mistake mistake : reported) {
      text.append(text.isEmpty() ? "" : "\n").append(mistake.text());
      details.addFieldViolations(
          FieldViolation.newBuilder().setField(mistake.path()).setDescription(mistake.text()));
    }
    if (count > reported.size()) {
      text.append("\nand ").append(count - reported.size()).append(" mistakes more");
    }
    Status.Code code = reported.getFirst().code();
    return Refusals.of(Code.forNumber(code.value()), text.toString(), List.of(details.build()));
  }

  /** The refusal of a request that names an object which is not there. */
  static StatusRuntimeException notFound(String kind, String name) {
    Mistakes mistakes = new Mistakes();
    Field.ofRequest(mistakes, kind, name)
        .notFound("name", name, "no such " + kind + "; list them all to see");
    return mistakes.toException();
  }

  /** Text that came from outside, short and without control characters. */
  static String shown(String value) {
    String shortened =
        value.length() <= MAX_VALUE_CHARS ? value : value.substring(0, MAX_VALUE_CHARS) + "...";
    return shortened.isEmpty() ? "(empty)" : shortened.replaceAll("\\p{Cntrl}", "?");
  }
}
