package dev.heddle.control;

import io.grpc.Status;

/**
 * One thing that is wrong with a request.
 *
 * @param code which kind of mistake
 * @param path the message field, from the request down
 * @param kind of the object that it is about
 * @param name of that object; empty where it has none
 * @param field of the object
 * @param value that the field has, shortened
 * @param remedy what is wrong and what to do
 */
record Mistake(
    Status.Code code,
    String path,
    String kind,
    String name,
    String field,
    String value,
    String remedy) {
  /** Object, field, value and remedy for a person. */
  String text() {
    return object() + ": " + field + " " + value + ": " + remedy;
  }

  /** What is missing or taken: the object itself, or what its field names. */
  String resourceKind() {
    return field.equals("name")
        ? kind
        : field.substring(field.lastIndexOf('.') + 1).replaceAll("\\[\\d+\\]", "");
  }

  /** Kind and name. */
  String object() {
    return name.isEmpty() ? kind : kind + " " + name;
  }
}
