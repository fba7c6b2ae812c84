package dev.heddle.control;

import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The mistakes of one transaction, as many as a reply has room for. */
final class Mistakes {
  private static final int MAX_REPORTED = 20;

  /** Text and details together must stay below the 8 KiB of headers that clients accept. */
  private static final int MAX_TEXT_CHARS = 2200;

  private static final int MAX_VALUE_CHARS = 64;

  private final List<Mistake> reported = new ArrayList<>();
  private long count;
  private int textChars;

  /** Notes a mistake. */
  void add(Mistake mistake) {
    count++;
    int chars = mistake.text().length();
    if (reported.size() < MAX_REPORTED
        && (reported.isEmpty() || textChars + chars <= MAX_TEXT_CHARS)) {
      reported.add(mistake);
      textChars += chars;
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
    Mistake first = reported.getFirst();
    return Refusals.of(
        Code.forNumber(first.code().value()),
        text.toString(),
        Stream.concat(Stream.of(details.build()), Refusals.details(first)).toList());
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
